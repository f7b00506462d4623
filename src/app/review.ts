import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoundTrip } from '../domain/run.ts';
import { NS_PER_MS, parseDay, parseTimestamp } from '../domain/time.ts';
import type { EngineCommand, EngineMessage, FrontMessage } from '../engine/protocol.ts';
import { isModelProvider } from './brain/plan-brain.ts';
import { type RunHandle, startRun } from './run.ts';
import type { RunOptions } from './run-options.ts';

type View = Omit<Extract<FrontMessage, { type: 'view' }>, 'type'>;

/** Why a run cannot be looked into again, in words; `undefined` where it can. */
function whyNot({ mode, settings, venue }: RunOptions): string | undefined {
  if (mode === 'paper' || mode === 'live') return 'a market that is over does not come again';
  if (venue !== undefined) return 'the venue in another process has ended with the run';
  return isModelProvider(settings.config.brain.provider)
    ? 'the model would be asked and paid again: record it, and replay the cassette'
    : undefined;
}

/**
 * What a screen shows: a run, and when that has ended the same one again, in a thread of its own and held at a moment. What
 * is looked into writes its journal to a folder that is gone with the screen; it decides again as it did, without the
 * commands by hand.
 */
export class Review {
  readonly #options: RunOptions;
  #handle: RunHandle;
  #listener: ((message: EngineMessage) => void) | undefined;
  #unsubscribe: () => void = () => undefined;
  #view: View | undefined;
  readonly #folders: string[] = [];
  /** The run that is looked into, once one is. */
  #again: RunHandle | undefined;

  constructor(handle: RunHandle, options: RunOptions) {
    this.#handle = handle;
    this.#options = options;
  }

  subscribe(listener: (message: EngineMessage) => void): () => void {
    this.#listener = listener;
    this.#unsubscribe = this.#handle.subscribe(listener);
    return () => this.#unsubscribe();
  }

  send(command: EngineCommand): void {
    this.#handle.send(command);
  }

  view(view: View): void {
    this.#view = view;
    this.#handle.view(view);
  }

  /**
   * Starts the run again for the moment at which a trade was entered. Resolves with what lets it come: until then nothing of it
   * is told.
   *
   * @throws {Error} If it cannot be looked into again, saying why.
   */
  async open(trade: RoundTrip, session: string): Promise<() => void> {
    const reason = whyNot(this.#options);
    if (reason !== undefined) throw new Error(reason);
    const day = parseDay(session.replaceAll('-', ''));
    const ts = day === undefined ? undefined : parseTimestamp(trade.entryTs, day);
    if (ts === undefined) throw new Error(`the trade has no moment: ${trade.entryTs}`);
    const logs = await mkdtemp(join(tmpdir(), 'fsd-tui-review-'));
    this.#folders.push(logs);
    const { settings } = this.#options;
    const { config } = settings;
    const again = await startRun({
      ...this.#options,
      settings: { ...settings, config: { ...config, paths: { ...config.paths, logs } } },
      resume: undefined,
      reportFile: undefined,
    });
    this.#again?.send({ name: 'stop' });
    this.#again = again;
    return () => {
      this.#unsubscribe();
      this.#handle = again;
      if (this.#listener !== undefined) this.#unsubscribe = again.subscribe(this.#listener);
      if (this.#view !== undefined) again.view(this.#view);
      again.send({ name: 'pause-replay' });
      // a moment later, when the position stands
      again.send({ name: 'jump-to', ts: ts + NS_PER_MS });
    };
  }

  /** Ends what is looked into, and removes what it wrote. */
  async close(): Promise<void> {
    this.#again?.send({ name: 'stop' });
    await this.#again?.finished;
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}
