/**
 * Loaded into the real program before its own modules (`--import`), in each of its threads: at a thread's end it adds a
 * line with the thread's longest garbage collection, and the process's peak memory, to the file FSD_BENCH_OBSERVED.
 */
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { watchGc } from './gc-watch.ts';

const file = process.env['FSD_BENCH_OBSERVED'];
if (file !== undefined) {
  const gc = watchGc();
  process.on('exit', () => {
    const peakRssMb = isMainThread ? process.resourceUsage().maxRSS / 1024 : 0;
    appendFileSync(file, `${JSON.stringify({ peakRssMb, gc: gc() })}\n`);
  });
}
