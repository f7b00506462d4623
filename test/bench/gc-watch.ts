import { PerformanceObserver } from 'node:perf_hooks';

/** Pauses of the garbage collector in this thread so far, milliseconds. */
export interface GcPauses {
  readonly count: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

/** Watches this thread's garbage collector from now on; the function returned tells what was seen. */
export function watchGc(): () => GcPauses {
  let count = 0;
  let totalMs = 0;
  let longestMs = 0;
  const take = (entries: readonly { readonly duration: number }[]): void => {
    for (const { duration } of entries) {
      count++;
      totalMs += duration;
      if (duration > longestMs) longestMs = duration;
    }
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    take(observer.takeRecords());
    return { count, totalMs, longestMs };
  };
}
