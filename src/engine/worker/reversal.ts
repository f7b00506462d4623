import { NS_PER_MS, type SessionTime } from '../../domain/time.ts';
import type {
  BracketCommand,
  CommandAnswer,
  EngineCommand,
  EngineMessage,
  TradingCommand,
} from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';
import { isIdle } from './trade-by-hand.ts';

/** Market time after which a reversal whose position is still open is given up. */
const PATIENCE_NS = 2_000 * NS_PER_MS;

/** Commands that contradict a reversal under way. */
const ENDING: ReadonlySet<string> = new Set<EngineCommand['name']>([
  'flatten',
  'flatten-and-halt',
  'kill',
  'cancel-entries',
  'reverse',
  'enter-bracket',
  'jump-to',
]);

type ReverseCommand = Extract<TradingCommand, { name: 'reverse' }>;

/** The second half of a reversal: what is entered once the position is closed. */
interface Waiting {
  readonly id: number;
  readonly entry: BracketCommand;
  readonly until: SessionTime;
}

/**
 * Turns a position around in two commands, so that never more than one bracket is open: it is closed at market, and only
 * when nothing is open any more the other one is entered. A history of the run has them as two, each at its place.
 */
export class Reversal {
  readonly #post: (message: EngineMessage) => void;
  #waiting: Waiting | undefined;

  constructor(post: (message: EngineMessage) => void) {
    this.#post = post;
  }

  get isUnderWay(): boolean {
    return this.#waiting !== undefined;
  }

  /** A position of `position` is being closed; as many are entered the other way after it. */
  begin(id: number, command: ReverseCommand, position: number, now: SessionTime): void {
    const { stopTicks, targetTicks, timeoutSecs } = command;
    this.#waiting = {
      id,
      entry: {
        name: 'enter-bracket',
        side: position > 0 ? 'sell' : 'buy',
        price: null,
        quantity: Math.abs(position),
        stopTicks,
        targetTicks,
        timeoutSecs,
      },
      until: now + PATIENCE_NS,
    };
  }

  /** Enters by `obey` as soon as nothing is open; gives up when that takes too long. Returns whether it acted. */
  advance(engine: TradingEngine, obey: (command: BracketCommand) => CommandAnswer): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined) return false;
    if (isIdle(engine)) {
      this.#waiting = undefined;
      const { accepted, text } = obey(waiting.entry);
      this.#answer(waiting.id, accepted, text);
      return true;
    }
    if (engine.clock > waiting.until) this.end('the position is not closed yet; it closes alone');
    return false;
  }

  /** Gives up where this command contradicts it. */
  onCommand(name: EngineCommand['name']): void {
    if (ENDING.has(name)) this.end('given up for another command');
  }

  end(reason: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#answer(waiting.id, false, reason);
  }

  #answer(id: number, accepted: boolean, reason: string): void {
    this.#post({ type: 'command-answered', id, accepted, text: `reverse: ${reason}` });
  }
}
