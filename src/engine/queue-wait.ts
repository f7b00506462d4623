import { NS_PER_MS, NS_PER_SECOND } from '../domain/time.ts';

/** The rate is that of so much market time at most. */
const WINDOW_NS = 60 * NS_PER_SECOND;
/** Below these there is too little to say. */
const LEAST_NS = 3 * NS_PER_SECOND;
const LEAST_STEPS = 3;
/** How often the queue is noted, market time. */
const STEP_NS = 250_000_000;

interface Sample {
  readonly ts: number;
  readonly ahead: number;
}

/**
 * How long an order of ours may still stand in its queue. What stands ahead only gets less by executions and cancels, as new
 * orders come behind; so how fast it got less in the last minute is their rate, and the wait is what is left at that rate.
 */
export class QueueWait {
  readonly #samples = new Map<string, Sample[]>();

  /**
   * Notes what stands ahead of an order at `ts` (session time, nanoseconds), and gives the expected wait in ms of market
   * time: 0 at the front, `null` where too little went to say.
   */
  note(orderId: string, ts: number, ahead: number): number | null {
    let samples = this.#samples.get(orderId) ?? [];
    const last = samples.at(-1);
    // a replay that went back, or an order that was put elsewhere, begins anew
    if (last !== undefined && (ts < last.ts || ahead > last.ahead)) samples = [];
    samples = samples.filter((sample) => ts - sample.ts <= WINDOW_NS);
    if (ts - (samples.at(-1)?.ts ?? Number.NEGATIVE_INFINITY) >= STEP_NS)
      samples.push({ ts, ahead });
    this.#samples.set(orderId, samples);
    return waitOf(samples, ts, ahead);
  }

  /** Forgets all orders but these. */
  keep(orderIds: readonly string[]): void {
    for (const id of this.#samples.keys()) if (!orderIds.includes(id)) this.#samples.delete(id);
  }
}

function waitOf(samples: readonly Sample[], ts: number, ahead: number): number | null {
  if (ahead === 0) return 0;
  const [first] = samples;
  if (first === undefined || ts - first.ts < LEAST_NS) return null;
  const steps = samples.filter((sample, i) => sample.ahead < (samples[i - 1]?.ahead ?? 0)).length;
  if (steps < LEAST_STEPS) return null;
  const perNs = (first.ahead - ahead) / (ts - first.ts);
  return Math.round(ahead / perNs / NS_PER_MS);
}
