import type { DecisionRecord } from '../../domain/decision.ts';

/** Dollars a million tokens. Reasoning is billed as output. */
export interface ModelPrice {
  readonly inputUsd: number;
  readonly cachedUsd: number;
  readonly outputUsd: number;
}

const MILLION = 1e6;

/** What an answer cost, dollars; `null` where usage or price is not known. */
export function costOf(tokens: DecisionRecord['tokens'], price: ModelPrice | null): number | null {
  if (tokens === null || price === null) return null;
  const fresh = tokens.input - tokens.cached;
  const sum =
    fresh * price.inputUsd + tokens.cached * price.cachedUsd + tokens.output * price.outputUsd;
  return sum / MILLION;
}
