import { toDollars } from '../../domain/money.ts';
import { type PriceNanos, toPriceNumber } from '../../domain/price.ts';
import type { GatewayAccount } from './account.ts';
import { contractFields, type GatewayContract } from './contract.ts';
import type { FieldValue } from './frames.ts';

/** Day-trading buying power of a margin account, times its equity. */
const BUYING_POWER = 4;

/** What an account is worth at a price, by the broker's tags, in dollars. */
export function accountValues(
  account: GatewayAccount,
  price: PriceNanos,
): ReadonlyMap<string, string> {
  const cash = toDollars(account.cashMicros);
  const value = account.valueAt(price);
  const equity = cash + value;
  const text = (dollars: number): string => dollars.toFixed(2);
  return new Map([
    ['AccountType', 'INDIVIDUAL'],
    ['NetLiquidation', text(equity)],
    ['TotalCashValue', text(cash)],
    ['SettledCash', text(cash)],
    ['TotalCashBalance', text(cash)],
    ['CashBalance', text(cash)],
    ['BuyingPower', text(Math.max(0, equity) * BUYING_POWER)],
    ['EquityWithLoanValue', text(equity)],
    ['AvailableFunds', text(equity)],
    ['ExcessLiquidity', text(equity)],
    ['GrossPositionValue', text(Math.abs(value))],
    ['InitMarginReq', text(0)],
    ['MaintMarginReq', text(0)],
    ['RealizedPnL', text(toDollars(account.realizedMicros))],
    ['UnrealizedPnL', text(account.unrealizedAt(price))],
    ['DayTradesRemaining', '-1'],
    ['Leverage', (equity === 0 ? 0 : Math.abs(value) / equity).toFixed(2)],
  ]);
}

export function accountSummaryMessages(
  account: GatewayAccount,
  price: PriceNanos,
  requestId: number,
  tags: readonly string[],
  currency: string,
): FieldValue[][] {
  const values = accountValues(account, price);
  const told = tags.flatMap((tag): FieldValue[][] => {
    const value = values.get(tag);
    return value === undefined
      ? []
      : [[63, 1, requestId, account.name, tag, value, tag === 'AccountType' ? '' : currency]];
  });
  return [...told, [64, 1, requestId]];
}

export function accountUpdateMessages(
  account: GatewayAccount,
  contract: GatewayContract,
  price: PriceNanos,
  clock: string,
): FieldValue[][] {
  const values = [...accountValues(account, price)].map(([key, value]): FieldValue[] => [
    6,
    2,
    key,
    value,
    key === 'AccountType' ? '' : contract.currency,
    account.name,
  ]);
  return [
    ...values,
    ...(account.position === 0 ? [] : [portfolioMessage(account, contract, price)]),
    [8, 1, clock],
    [54, 1, account.name],
  ];
}

export function portfolioMessage(
  account: GatewayAccount,
  contract: GatewayContract,
  price: PriceNanos,
): FieldValue[] {
  const [conId, symbol, secType, lastTrade, strike, right, multiplier] = contractFields(
    contract,
    '0',
  );
  return [
    7,
    8,
    conId,
    symbol,
    secType,
    lastTrade,
    strike,
    right,
    multiplier,
    contract.primaryExchange,
    contract.currency,
    contract.localSymbol,
    contract.tradingClass,
    account.position,
    toPriceNumber(price),
    account.valueAt(price),
    account.averageCost,
    account.unrealizedAt(price),
    toDollars(account.realizedMicros),
    account.name,
  ];
}

export function positionMessage(account: GatewayAccount, contract: GatewayContract): FieldValue[] {
  const fields = contractFields(contract);
  return [61, 3, account.name, ...fields, account.position, account.averageCost];
}

/** The daily result is that of the account since it was opened: every day is its first. */
export function pnlSingleMessage(
  account: GatewayAccount,
  price: PriceNanos,
  requestId: number,
): FieldValue[] {
  const unrealized = account.unrealizedAt(price);
  const realized = toDollars(account.realizedMicros);
  const value = account.valueAt(price);
  return [95, requestId, account.position, realized + unrealized, unrealized, realized, value];
}
