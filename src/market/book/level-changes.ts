import { NS_PER_SECOND } from '../../domain/time.ts';
import type { BookMemory } from './book-memory.ts';
import {
  CHANGE_ADDED,
  CHANGE_BEFORE,
  CHANGE_DOUBLES,
  CHANGE_LOST,
  CHANGE_PULLED,
  CHANGE_SIZE,
  CHANGE_TAG,
  CHANGE_WORDS,
  D_WINDOW,
  LEVEL_CHANGE,
  LEVEL_SIDE,
  LEVEL_TICK,
  RECORD_WORDS,
  W_CHANGES,
  W_CHANGES_MASK,
  W_CHANGES_PUSHED,
  W_RECORDS,
} from './layout.ts';

const FIRST_CHANGES = 1 << 12;

/**
 * The last seconds of size changes by level, so that what a level showed a while ago, and what was added to it and
 * pulled from it since, can be told exactly: a ring, in which a level's record knows its newest change and each change
 * the one before it.
 */
export class LevelChanges {
  readonly #memory: BookMemory;

  /** @param windowSecs How far back questions may reach. */
  constructor(memory: BookMemory, windowSecs = 10) {
    this.#memory = memory;
    const ring = memory.allocate(FIRST_CHANGES * CHANGE_WORDS);
    memory.words[W_CHANGES] = ring;
    memory.words[W_CHANGES_MASK] = FIRST_CHANGES - 1;
    memory.doubles[D_WINDOW] = windowSecs * NS_PER_SECOND;
  }

  /** Notes that `size` came to a level at time `ts` (or left it), in feed order. `level`: its record. */
  push(ts: number, level: number, size: number, kind: number, isLost: boolean): void {
    if (this.#isFull(ts)) this.#grow();
    const { words, doubles } = this.#memory;
    const pushed = (words[W_CHANGES_PUSHED] ?? 0) >>> 0;
    const at = (words[W_CHANGES] ?? 0) + (pushed & (words[W_CHANGES_MASK] ?? 0)) * CHANGE_WORDS;
    const newest = (words[W_RECORDS] ?? 0) + level * RECORD_WORDS + LEVEL_CHANGE;
    doubles[at / 2] = ts;
    words[at + CHANGE_SIZE] = size;
    words[at + CHANGE_TAG] = (level << 3) | kind | (isLost ? CHANGE_LOST : 0);
    words[at + CHANGE_BEFORE] = words[newest] ?? 0;
    words[newest] = pushed + 1;
    words[W_CHANGES_PUSHED] = pushed + 1;
  }

  /** Sum of a level's changes since `since` (later than it). Size then = size now - this. `level`: its record. */
  netSince(level: number, since: number): number {
    const { core } = this.#memory;
    return core === undefined ? this.#sum(level, since, -1) : core.netSince(level, since);
  }

  /** Size that orders added at a level later than `since`. */
  addedSince(level: number, since: number): number {
    return this.#sum(level, since, CHANGE_ADDED);
  }

  /** Size that was cancelled or moved away at a level later than `since`; what traded is not pulled. */
  pulledSince(level: number, since: number): number {
    return 0 - this.#sum(level, since, CHANGE_PULLED);
  }

  /**
   * Sums what was added and pulled later than `since` for `rows` ticks from `lowTick` up, in one pass:
   * out[row * 4] bid added, + 1 bid pulled, + 2 ask added, + 3 ask pulled. Clears `out` first.
   */
  collect(since: number, lowTick: number, rows: number, out: Float64Array): void {
    out.fill(0, 0, rows * 4);
    const { words, doubles } = this.#memory;
    const ring = words[W_CHANGES] ?? 0;
    const mask = words[W_CHANGES_MASK] ?? 0;
    const records = words[W_RECORDS] ?? 0;
    const pushed = (words[W_CHANGES_PUSHED] ?? 0) >>> 0;
    const oldest = Math.max(0, pushed - mask - 1);
    for (let number = pushed; number > oldest; number--) {
      const at = ring + ((number - 1) & mask) * CHANGE_WORDS;
      if ((doubles[at / 2] ?? 0) <= since) return;
      const tag = words[at + CHANGE_TAG] ?? 0;
      const level = records + (tag >>> 3) * RECORD_WORDS;
      const row = (words[level + LEVEL_TICK] ?? 0) - lowTick;
      const kind = tag & 3;
      if (row < 0 || row >= rows || kind > CHANGE_PULLED) continue;
      const cell = row * 4 + (words[level + LEVEL_SIDE] ?? 0) * 2 + kind;
      out[cell] = (out[cell] ?? 0) + ((words[at + CHANGE_SIZE] ?? 0) >>> 0);
    }
  }

  #sum(level: number, since: number, kind: number): number {
    const { words, doubles } = this.#memory;
    const ring = words[W_CHANGES] ?? 0;
    const mask = words[W_CHANGES_MASK] ?? 0;
    const pushed = (words[W_CHANGES_PUSHED] ?? 0) >>> 0;
    const oldest = Math.max(0, pushed - mask - 1);
    let sum = 0;
    let number = words[(words[W_RECORDS] ?? 0) + level * RECORD_WORDS + LEVEL_CHANGE] ?? 0;
    while (number >>> 0 > oldest) {
      const at = ring + (((number >>> 0) - 1) & mask) * CHANGE_WORDS;
      if ((doubles[at / 2] ?? 0) <= since) break;
      const tag = words[at + CHANGE_TAG] ?? 0;
      if (kind < 0 || (tag & 3) === kind) {
        const size = (words[at + CHANGE_SIZE] ?? 0) >>> 0;
        sum += (tag & CHANGE_LOST) === 0 ? size : -size;
      }
      number = words[at + CHANGE_BEFORE] ?? 0;
    }
    return sum;
  }

  /** Whether the next change would take the place of one that a question may still reach. */
  #isFull(ts: number): boolean {
    const { words, doubles } = this.#memory;
    const pushed = (words[W_CHANGES_PUSHED] ?? 0) >>> 0;
    const mask = words[W_CHANGES_MASK] ?? 0;
    if (pushed <= mask) return false;
    const at = (words[W_CHANGES] ?? 0) + (pushed & mask) * CHANGE_WORDS;
    return (doubles[at / 2] ?? 0) >= ts - (doubles[D_WINDOW] ?? 0);
  }

  #grow(): void {
    const size = (this.#memory.words[W_CHANGES_MASK] ?? 0) + 1;
    const from = this.#memory.words[W_CHANGES] ?? 0;
    const to = this.#memory.allocate(size * 2 * CHANGE_WORDS);
    const { words, doubles } = this.#memory;
    // rows not written yet are older than any window, also before midnight, where times are negative
    for (let at = 0; at < size * 2; at++)
      doubles[to / 2 + at * CHANGE_DOUBLES] = Number.NEGATIVE_INFINITY;
    const pushed = (words[W_CHANGES_PUSHED] ?? 0) >>> 0;
    for (let number = pushed - size; number < pushed; number++) {
      const old = from + (number & (size - 1)) * CHANGE_WORDS;
      words.copyWithin(to + (number & (size * 2 - 1)) * CHANGE_WORDS, old, old + CHANGE_WORDS);
    }
    words[W_CHANGES] = to;
    words[W_CHANGES_MASK] = size * 2 - 1;
  }
}
