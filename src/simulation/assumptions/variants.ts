import type { AssumedResult } from '../../domain/run.ts';
import type { LatencySettings } from '../../domain/settings.ts';
import type { FillModel } from '../exchange/fill-rule.ts';

/** How an exchange differs from the run's. */
export interface Variant {
  readonly fillModel?: FillModel;
  readonly orderMs?: number;
}

export interface NamedVariant extends Variant {
  readonly name: AssumedResult['name'];
  readonly meaning: string;
}

const OTHER_MS = 50;

/** The assumptions that are followed beside a run, each at an exchange of its own. */
export function variantsOf({ orderMs }: LatencySettings): readonly NamedVariant[] {
  const shorter = Math.max(0, orderMs - OTHER_MS);
  const longer = orderMs + OTHER_MS;
  return [
    {
      name: 'touch',
      meaning: 'a limit fills when its price trades',
      fillModel: 'touch',
    },
    {
      name: 'pessimistic',
      meaning: 'only when traded through',
      fillModel: 'pessimistic',
    },
    {
      name: 'latency-shorter',
      meaning: `orders arrive after ${shorter} ms, not ${orderMs}`,
      orderMs: shorter,
    },
    {
      name: 'latency-longer',
      meaning: `orders arrive after ${longer} ms, not ${orderMs}`,
      orderMs: longer,
    },
  ];
}
