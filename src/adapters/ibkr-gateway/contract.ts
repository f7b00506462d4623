import type { Instrument } from '../../domain/instrument.ts';
import { NANOS_PER_UNIT } from '../../domain/price.ts';
import type { FieldReader } from './field-reader.ts';
import type { FieldValue } from './frames.ts';

/** The one contract that a gateway trades. */
export interface GatewayContract {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: 'STK' | 'FUT';
  /** `YYYYMMDD` of a future; empty of a stock. */
  readonly lastTradeDate: string;
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly instrument: Instrument;
}

/** What a client names when it asks for a contract; what it leaves out is empty or 0. */
export interface ContractQuery {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: string;
  readonly lastTradeDate: string;
  readonly exchange: string;
  readonly currency: string;
  readonly localSymbol: string;
}

/** A contract for an instrument, with an id that its symbol alone decides. */
export function contractOf(instrument: Instrument, lastTradeDate = ''): GatewayContract {
  const { symbol, kind } = instrument;
  const isStock = kind === 'stock';
  return {
    conId: conIdOf(symbol),
    symbol,
    secType: isStock ? 'STK' : 'FUT',
    lastTradeDate,
    exchange: isStock ? 'SMART' : 'CME',
    primaryExchange: isStock ? 'NASDAQ' : '',
    currency: 'USD',
    localSymbol: symbol,
    tradingClass: isStock ? 'NMS' : symbol,
    instrument,
  };
}

function conIdOf(symbol: string): number {
  let id = 7;
  for (const letter of symbol) id = (id * 31 + (letter.codePointAt(0) ?? 0)) % 900_000_007;
  return id + 1_000_000;
}

/** Reads the twelve fields by which a client names a contract. */
export function readContract(fields: FieldReader): ContractQuery {
  const conId = fields.integer() ?? 0;
  const symbol = fields.text();
  const secType = fields.text();
  const lastTradeDate = fields.text();
  // strike, right, multiplier
  fields.skip(3);
  const exchange = fields.text();
  // primary exchange
  fields.skip(1);
  const currency = fields.text();
  const localSymbol = fields.text();
  // trading class
  fields.skip(1);
  return { conId, symbol, secType, lastTradeDate, exchange, currency, localSymbol };
}

/** Whether what a client named is this contract, and nothing that it named speaks against it. */
export function isContract(contract: GatewayContract, query: ContractQuery): boolean {
  if (query.conId !== 0) return query.conId === contract.conId;
  const isNamed = query.symbol !== '' || query.localSymbol !== '';
  return (
    isNamed &&
    (query.symbol === '' || query.symbol === contract.symbol) &&
    (query.localSymbol === '' || query.localSymbol === contract.localSymbol) &&
    (query.secType === '' || query.secType === contract.secType) &&
    (query.currency === '' || query.currency === contract.currency) &&
    contract.lastTradeDate.startsWith(query.lastTradeDate)
  );
}

/** The smallest price step in dollars. */
export function minTickOf({ instrument }: GatewayContract): number {
  return instrument.tickNanos / NANOS_PER_UNIT;
}

/** The eleven fields of a contract as they stand in orders, executions and positions; `right` where there is none. */
export function contractFields(contract: GatewayContract, right = ''): FieldValue[] {
  const { conId, symbol, secType, lastTradeDate, exchange, currency, instrument } = contract;
  const multiplier = secType === 'FUT' ? instrument.multiplier : undefined;
  return [
    conId,
    symbol,
    secType,
    lastTradeDate,
    0,
    right,
    multiplier,
    exchange,
    currency,
    contract.localSymbol,
    contract.tradingClass,
  ];
}
