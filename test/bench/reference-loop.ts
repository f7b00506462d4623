/**
 * The yardstick: a loop that has nothing to do with the project and never changes. Run right before and after every
 * measurement, in a process of its own, it tells how fast the machine was just then.
 *
 * It does what the engine does most: looks numbers up in an open-addressing table that does not fit into the inner
 * caches, takes them out and puts others in, and counts in a smaller array. NEVER CHANGE IT: whoever wants another one
 * writes `reference-2`, and results are compared only within one name.
 */
import { performance } from 'node:perf_hooks';

export const REFERENCE_NAME = 'reference-1';

const TABLE_BITS = 18;
const LIVE = 100_000;
const LADDER = 4096;
const ROUNDS = 12_000_000;

/** The loop; returns a checksum, so that nothing of it can be left out. */
export function referenceLoop(rounds: number): number {
  const mask = (1 << TABLE_BITS) - 1;
  const keys = new Int32Array(1 << TABLE_BITS);
  const values = new Int32Array(1 << TABLE_BITS);
  const live = new Int32Array(LIVE);
  const ladder = new Float64Array(LADDER);
  let state = 0x2545_f491;
  let nextKey = 1;
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const at = (state >>> 8) % LIVE;
    const old = live[at] ?? 0;
    if (old !== 0) {
      let hole = Math.imul(old, 0x9e37_79b1) >>> (32 - TABLE_BITS);
      while (keys[hole] !== old) hole = (hole + 1) & mask;
      const value = values[hole] ?? 0;
      const rung = value & (LADDER - 1);
      ladder[rung] = (ladder[rung] ?? 0) - value;
      sum = (sum + value) | 0;
      // backward shift: the run behind the hole closes up
      for (let probe = (hole + 1) & mask; keys[probe] !== 0; probe = (probe + 1) & mask) {
        const key = keys[probe] ?? 0;
        const home = Math.imul(key, 0x9e37_79b1) >>> (32 - TABLE_BITS);
        if (((probe - home) & mask) < ((probe - hole) & mask)) continue;
        keys[hole] = key;
        values[hole] = values[probe] ?? 0;
        hole = probe;
      }
      keys[hole] = 0;
    }
    const key = nextKey++;
    const value = (state >>> 4) & 0xffff;
    let slot = Math.imul(key, 0x9e37_79b1) >>> (32 - TABLE_BITS);
    while (keys[slot] !== 0) slot = (slot + 1) & mask;
    keys[slot] = key;
    values[slot] = value;
    live[at] = key;
    const rung = value & (LADDER - 1);
    ladder[rung] = (ladder[rung] ?? 0) + value;
  }
  return (sum + (ladder[7] ?? 0)) | 0;
}

if (import.meta.main) {
  const startedMs = performance.now();
  const checksum = referenceLoop(ROUNDS);
  const seconds = (performance.now() - startedMs) / 1000;
  process.stdout.write(`${JSON.stringify({ seconds, checksum })}\n`);
}
