import type { SessionTime } from '../../domain/time.ts';
import { bytesOf, type EngineCheckpoint } from '../checkpoint.ts';
import type { TradingCommand } from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';
import { countAt, type StepUnit } from './replay-place.ts';

/** How closely checkpoints follow each other at first, and how much memory all of them may take. */
export interface CheckpointLimits {
  readonly everyEvents: number;
  /** In a quiet market the snapshots are what takes the time. */
  readonly everySnapshots?: number;
  readonly mostBytes: number;
}

/** So many events or snapshots are played in some 50 ms; a checkpoint of a busy stock takes a few megabytes. */
export const USUAL_CHECKPOINTS: CheckpointLimits = {
  everyEvents: 400_000,
  everySnapshots: 5_000,
  mostBytes: 320 * 1024 * 1024,
};

/** A command by hand and the moment that it acted at: after so many events, everything due by `clock` done. */
export interface TapedCommand {
  readonly events: number;
  readonly clock: SessionTime;
  readonly command: TradingCommand;
  /** What the journal has beside it. */
  readonly detail?: string;
}

interface Kept {
  readonly checkpoint: EngineCheckpoint;
  readonly bytes: number;
  /** Commands obeyed before it. */
  readonly obeyed: number;
}

/**
 * What a replay needs to go back: checkpoints of the engine along its way, and the commands given by hand, which are obeyed
 * again where they were given, so that the run repeats itself.
 *
 * Checkpoints are evenly spaced from the beginning to the furthest place. When they outgrow their memory every second one
 * goes, and the spacing doubles: however long the day, from any moment the nearest earlier one is as near as memory allows.
 */
export class RunHistory {
  readonly #mostBytes: number;
  #everyEvents: number;
  #everySnapshots: number;
  #kept: Kept[] = [];
  #bytes = 0;
  #commands: TapedCommand[];
  #obeyed = 0;

  /**
   * @param limits `undefined`: no checkpoints are kept.
   * @param commands Those of an earlier process, to be obeyed again where they were given, in order.
   */
  constructor(limits: CheckpointLimits | undefined, commands: readonly TapedCommand[] = []) {
    this.#everyEvents = limits?.everyEvents ?? Number.POSITIVE_INFINITY;
    this.#everySnapshots = limits?.everySnapshots ?? Number.POSITIVE_INFINITY;
    this.#mostBytes = limits?.mostBytes ?? 0;
    this.#commands = commands.slice();
  }

  /** Checkpoints kept, and the bytes that they take, about. */
  get count(): number {
    return this.#kept.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a checkpoint where one is due, and the engine can be copied. */
  note(engine: TradingEngine): void {
    if (this.#mostBytes === 0 || !engine.isAtEnd || engine.waiting !== undefined) return;
    const last = this.#kept.at(-1)?.checkpoint.progress;
    if (
      last !== undefined &&
      engine.events < last.events + this.#everyEvents &&
      engine.snapshots < last.snapshots + this.#everySnapshots
    )
      return;
    const checkpoint = engine.capture();
    const bytes = bytesOf(checkpoint);
    this.#kept.push({ checkpoint, bytes, obeyed: this.#obeyed });
    this.#bytes += bytes;
    while (this.#bytes > this.#mostBytes && this.#kept.length > 2) {
      this.#keep((_, index) => index % 2 === 0);
      this.#everyEvents *= 2;
      this.#everySnapshots *= 2;
    }
  }

  /** The last checkpoint that nothing later than `ts` has gone into; `undefined` before the first one is taken. */
  nearest(ts: SessionTime): EngineCheckpoint | undefined {
    return this.#kept.findLast(({ checkpoint }) => checkpoint.progress.clock <= ts)?.checkpoint;
  }

  /** The last checkpoint before event number `events` was taken; the first of all where there is none. */
  nearestTo(events: number): EngineCheckpoint | undefined {
    const earlier = this.#kept.findLast(({ checkpoint }) => checkpoint.progress.events < events);
    return (earlier ?? this.#kept[0])?.checkpoint;
  }

  /**
   * Where something of a unit may have happened before event number `before`, the latest stretch first: from a checkpoint to
   * `most` events. Stretches whose checkpoints have counted nothing in between are left out.
   */
  *stretchesBefore(
    before: number,
    unit: StepUnit,
  ): Generator<{ readonly checkpoint: EngineCheckpoint; readonly most: number }> {
    const kept = this.#kept.slice();
    for (let at = kept.length - 1; at >= 0; at--) {
      const checkpoint = kept[at]?.checkpoint;
      const next = kept[at + 1]?.checkpoint;
      if (checkpoint === undefined || checkpoint.progress.events >= before - 1) continue;
      // what was due before an event is counted by a checkpoint already, but stepped to with the event
      const most = Math.min(before - 1, (next?.progress.events ?? before) + 1);
      const isLast = next === undefined || next.progress.events >= before - 1;
      if (isLast || countAt(next, unit) !== countAt(checkpoint, unit)) yield { checkpoint, most };
    }
  }

  /** The engine has become this checkpoint: the commands that came after it are obeyed again. */
  onRestored(checkpoint: EngineCheckpoint): void {
    this.#obeyed = this.#kept.find((kept) => kept.checkpoint === checkpoint)?.obeyed ?? 0;
  }

  /** The next command to be obeyed again. */
  get nextCommand(): TapedCommand | undefined {
    return this.#commands[this.#obeyed];
  }

  /** Commands that are going to be obeyed again. */
  get commandsAhead(): number {
    return this.#commands.length - this.#obeyed;
  }

  /** `nextCommand` has been obeyed again. */
  passCommand(): void {
    this.#obeyed++;
  }

  /** A new command: the run takes another way from here, and what came later on the old one is forgotten. */
  record(command: TapedCommand): void {
    this.#commands = [...this.#commands.slice(0, this.#obeyed), command];
    this.#keep(({ checkpoint: { progress }, obeyed }) => {
      if (obeyed > this.#obeyed) return false;
      if (progress.events !== command.events) return progress.events < command.events;
      return progress.clock <= command.clock;
    });
    this.#obeyed++;
  }

  #keep(isKept: (kept: Kept, index: number) => boolean): void {
    this.#kept = this.#kept.filter(isKept);
    this.#bytes = this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
