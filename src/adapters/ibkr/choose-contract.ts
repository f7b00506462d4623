import type { Instrument } from '../../domain/instrument.ts';
import { NANOS_PER_UNIT } from '../../domain/price.ts';
import type { BrokerContract, ContractTold } from './gateway-line.ts';

/** What of an instrument decides about money. */
export type InstrumentTerms = Pick<Instrument, 'kind' | 'tickNanos' | 'multiplier'>;

/** The one contract that is meant, and what is noteworthy of it; or why there is none, in words. */
export type ChosenContract =
  | { readonly contract: BrokerContract; readonly words: string | undefined }
  | { readonly problem: string };

/**
 * Picks the contract that a description means out of those that the broker says it fits. Orders carry the broker's own number of it from
 * then on: a description that fits two expiries of a future is refused, with both of them named.
 *
 * @param terms Of the instrument as it is traded here: a future's step and multiplier have to be the broker's, as the result is computed
 *   from them. A stock's step may be told finer than the cent that it trades in.
 */
export function chooseContract(
  asked: BrokerContract,
  told: readonly ContractTold[],
  terms?: InstrumentTerms,
): ChosenContract {
  const candidates = [...new Map(told.map((each) => [each.conId, each])).values()];
  const name = asked.localSymbol ?? asked.symbol;
  // ES is a future here, and a stock of that name is another company
  if (terms !== undefined && (terms.kind === 'future') !== (asked.securityType === 'FUT'))
    return { problem: `${name} is a ${terms.kind}, and would be traded as ${asked.securityType}` };
  const [found] = candidates;
  if (found === undefined)
    return { problem: `the broker knows no ${name} (${asked.securityType} at ${asked.exchange})` };
  if (candidates.length > 1)
    return {
      problem:
        `${name} is more than one contract: ${candidates.map(nameOf).join('; ')}. ` +
        'Name the one that is meant by its local symbol or its number (conId)',
    };
  if (found.currency !== asked.currency)
    return { problem: `${name} is traded in ${found.currency}, not in ${asked.currency}` };
  const contract = { ...asked, conId: found.conId };
  if (terms === undefined) return { contract, words: undefined };
  const isFuture = asked.securityType === 'FUT';
  if (isFuture && found.multiplier !== terms.multiplier)
    return {
      problem: `a point of ${nameOf(found)} is worth ${found.multiplier}, of the instrument ${terms.multiplier}`,
    };
  const tickNanos = Math.round(found.minTick * NANOS_PER_UNIT);
  if (tickNanos === terms.tickNanos) return { contract, words: undefined };
  const words = `the price step of ${nameOf(found)} is ${found.minTick}, of the instrument ${terms.tickNanos / NANOS_PER_UNIT}`;
  return isFuture ? { problem: words } : { contract, words };
}

/** `ESZ6, 20261218, CME, number 637533641`. */
function nameOf({ localSymbol, symbol, expiry, exchange, conId }: ContractTold): string {
  return [localSymbol || symbol, expiry, exchange, `number ${conId}`]
    .filter((part) => part !== '')
    .join(', ');
}
