import { NS_PER_SECOND } from '../../domain/time.ts';

/** Why a level's displayed size changed. */
export const CHANGE_ADDED = 0;
export const CHANGE_PULLED = 1;
export const CHANGE_TRADED = 2;
/** Came into or left the feed's view without anybody doing anything: a snapshot, a window's edge. */
export const CHANGE_UNSEEN = 3;

/** Chains of changes by level; levels that share a chain are told apart by their tick. */
const CHAINS = 2048;

/**
 * The last seconds of size changes by level, so that what a level showed a while ago, and what was added to it and
 * pulled from it since, can be told exactly.
 */
export class LevelChanges {
  readonly #windowNs: number;
  #capacity = 1 << 14;
  #times = new Float64Array(this.#capacity);
  #deltas = new Float64Array(this.#capacity);
  #ticks = new Int32Array(this.#capacity);
  /** Kind times two, plus one for an ask. */
  #kinds = new Uint8Array(this.#capacity);
  /** Number of the chain's change before this one, and of each chain's newest; numbers count from 1, 0 is none. */
  #before = new Int32Array(this.#capacity);
  readonly #newest = new Int32Array(CHAINS);
  /** Changes ever pushed; the newest stands at (pushed - 1) modulo the capacity. */
  #pushed = 0;

  /** @param windowSecs How far back questions may reach. */
  constructor(windowSecs = 10) {
    this.#windowNs = windowSecs * NS_PER_SECOND;
  }

  /** Notes a change of `delta` at time `ts`, in feed order. `sideBit`: 0 bid, 1 ask. */
  push(ts: number, sideBit: number, tick: number, delta: number, kind: number): void {
    let at = this.#pushed & (this.#capacity - 1);
    if (this.#pushed >= this.#capacity && (this.#times[at] ?? 0) >= ts - this.#windowNs) {
      this.#grow();
      at = this.#pushed & (this.#capacity - 1);
    }
    this.#times[at] = ts;
    this.#deltas[at] = delta;
    this.#ticks[at] = tick;
    this.#kinds[at] = (kind << 1) | sideBit;
    this.#pushed++;
    const chain = chainOf(tick, sideBit);
    this.#before[at] = this.#newest[chain] ?? 0;
    this.#newest[chain] = this.#pushed;
  }

  /** Sum of the displayed size's changes at a level since `since` (later than it). Size then = size now - this. */
  netSince(sign: 1 | -1, tick: number, since: number): number {
    return this.#sum(sign, tick, since, -1);
  }

  /** Size that orders added at a level later than `since`. */
  addedSince(sign: 1 | -1, tick: number, since: number): number {
    return this.#sum(sign, tick, since, CHANGE_ADDED);
  }

  /** Size that was cancelled or moved away at a level later than `since`; what traded is not pulled. */
  pulledSince(sign: 1 | -1, tick: number, since: number): number {
    return 0 - this.#sum(sign, tick, since, CHANGE_PULLED);
  }

  /**
   * Sums what was added and pulled later than `since` for `rows` ticks from `lowTick` up, in one pass:
   * out[row * 4] bid added, + 1 bid pulled, + 2 ask added, + 3 ask pulled. Clears `out` first.
   */
  collect(since: number, lowTick: number, rows: number, out: Float64Array): void {
    out.fill(0, 0, rows * 4);
    const oldest = Math.max(0, this.#pushed - this.#capacity);
    for (let i = this.#pushed - 1; i >= oldest; i--) {
      const at = i & (this.#capacity - 1);
      if ((this.#times[at] ?? 0) <= since) return;
      const row = (this.#ticks[at] ?? 0) - lowTick;
      const kind = (this.#kinds[at] ?? 0) >> 1;
      if (row < 0 || row >= rows || kind > CHANGE_PULLED) continue;
      const cell = row * 4 + ((this.#kinds[at] ?? 0) & 1) * 2 + kind;
      out[cell] = (out[cell] ?? 0) + Math.abs(this.#deltas[at] ?? 0);
    }
  }

  #sum(sign: 1 | -1, tick: number, since: number, kind: number): number {
    const sideBit = sign === 1 ? 0 : 1;
    const oldest = Math.max(0, this.#pushed - this.#capacity);
    let sum = 0;
    let number = this.#newest[chainOf(tick, sideBit)] ?? 0;
    while (number > oldest) {
      const at = (number - 1) & (this.#capacity - 1);
      if ((this.#times[at] ?? 0) <= since) break;
      const tag = this.#kinds[at] ?? 0;
      if (this.#ticks[at] === tick && (tag & 1) === sideBit && (kind < 0 || tag >> 1 === kind)) {
        sum += this.#deltas[at] ?? 0;
      }
      number = this.#before[at] ?? 0;
    }
    return sum;
  }

  #grow(): void {
    const old = this.#capacity;
    this.#capacity = old * 2;
    // rows not written yet are older than any window, also before midnight, where times are negative
    const times = new Float64Array(this.#capacity).fill(Number.NEGATIVE_INFINITY);
    const deltas = new Float64Array(this.#capacity);
    const ticks = new Int32Array(this.#capacity);
    const kinds = new Uint8Array(this.#capacity);
    const before = new Int32Array(this.#capacity);
    for (let i = this.#pushed - old; i < this.#pushed; i++) {
      const from = i & (old - 1);
      const to = i & (this.#capacity - 1);
      times[to] = this.#times[from] ?? 0;
      deltas[to] = this.#deltas[from] ?? 0;
      ticks[to] = this.#ticks[from] ?? 0;
      kinds[to] = this.#kinds[from] ?? 0;
      before[to] = this.#before[from] ?? 0;
    }
    this.#times = times;
    this.#deltas = deltas;
    this.#ticks = ticks;
    this.#kinds = kinds;
    this.#before = before;
  }
}

function chainOf(tick: number, sideBit: number): number {
  return ((tick << 1) | sideBit) & (CHAINS - 1);
}
