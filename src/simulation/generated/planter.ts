import { BUY, SELL } from '../../domain/side.ts';
import type { SessionTime } from '../../domain/time.ts';
import { NS_PER_SECOND } from '../../domain/time.ts';
import type { Plant, PlantedEvent } from './plant.ts';
import { SCRIPTS, type Script, type Stage } from './plant-scripts.ts';

/** Between two planted events at least. */
const REST_NS = NS_PER_SECOND;
/** An extreme further away is not gone for while the other one is nearer. */
const REACH_TICKS = 150;

/** Plays planted events one after the other through the exchange, and keeps what happened. */
export class Planter {
  /** When it has something to do; infinite when it is through. */
  nextAt: SessionTime;
  /** The truth so far, in the order of time. */
  readonly planted: PlantedEvent[] = [];

  readonly #stage: Stage;
  readonly #plants: readonly Plant[];
  #begun = 0;
  #script: Script | undefined;

  constructor(plants: readonly Plant[], stage: Omit<Stage, 'isHalted'>) {
    this.#stage = { ...stage, isHalted: false };
    this.#plants = plants.toSorted((a, b) => a.at - b.at);
    this.nextAt = this.#plants[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Everybody else is silent. */
  get isHalted(): boolean {
    return this.#stage.isHalted;
  }

  /** Does what is due at `nextAt`. */
  play(): void {
    const now = this.nextAt;
    const isNew = this.#script === undefined;
    this.#script ??= this.#begin(now);
    const step = isNew ? this.#script.next() : this.#script.next(now);
    if (step.done !== true) {
      this.nextAt = Math.max(now + 1, step.value);
      return;
    }
    this.#script = undefined;
    if (step.value !== undefined) this.planted.push(step.value);
    const next = this.#plants[this.#begun];
    this.nextAt = next === undefined ? Number.POSITIVE_INFINITY : Math.max(now + REST_NS, next.at);
  }

  #begin(now: SessionTime): Script {
    const plant = this.#plants[this.#begun];
    if (plant === undefined) throw new RangeError('no event is left to plant');
    this.#begun += 1;
    return SCRIPTS[plant.kind](
      this.#stage,
      { ...plant, side: plant.side ?? this.#usualSide(plant) },
      now,
    );
  }

  /** Bids and buyers; of a breakout the extreme that is nearer, in turn while the other one is within reach. */
  #usualSide({ kind }: Plant): 1 | -1 {
    const { ledger, flow, exchange } = this.#stage;
    if (kind !== 'breakout' || ledger.high === null || ledger.low === null) return BUY;
    const toHigh = ledger.high / exchange.tickNanos - flow.value;
    const toLow = flow.value - ledger.low / exchange.tickNanos;
    const nearer = toHigh <= toLow ? BUY : SELL;
    const last = this.planted.findLast((event) => event.kind === 'breakout')?.side;
    if (last === undefined || Math.max(toHigh, toLow) > REACH_TICKS) return nearer;
    return last === 'BUY' ? SELL : BUY;
  }
}
