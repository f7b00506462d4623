import { type GatewayContract, minTickOf } from './contract.ts';
import type { FieldValue } from './frames.ts';

const ORDER_TYPE_LIST = 'LMT,MIT,MKT,STP,STPLMT,TRAIL';
/** The rule of price steps that this gateway's contract follows: one step for all prices. */
export const MARKET_RULE_ID = 26;

export function contractDetailsMessage(contract: GatewayContract, requestId: number): FieldValue[] {
  const isStock = contract.secType === 'STK';
  const exchanges = isStock ? `SMART,${contract.primaryExchange}` : contract.exchange;
  return [
    10,
    requestId,
    contract.symbol,
    contract.secType,
    contract.lastTradeDate,
    '', // lastTradeDate
    0, // strike
    '', // right
    contract.exchange,
    contract.currency,
    contract.localSymbol,
    contract.tradingClass, // marketName
    contract.tradingClass,
    contract.conId,
    minTickOf(contract),
    isStock ? undefined : contract.instrument.multiplier,
    ORDER_TYPE_LIST,
    exchanges,
    1, // priceMagnifier
    0, // underConId
    contract.symbol, // longName
    contract.primaryExchange,
    '', // contractMonth
    ...['', '', ''], // industry, category, subcategory
    isStock ? 'US/Eastern' : 'US/Central',
    '', // tradingHours
    '', // liquidHours
    '', // evRule
    '', // evMultiplier
    0, // secIds
    1, // aggGroup
    '', // underSymbol
    '', // underSecType
    exchanges
      .split(',')
      .map(() => MARKET_RULE_ID)
      .join(','),
    '', // realExpirationDate
    isStock ? 'COMMON' : '',
    1, // minSize
    1, // sizeIncrement
    1, // suggestedSizeIncrement
    0, // ineligibility reasons
  ];
}

export function marketRuleMessage(contract: GatewayContract, ruleId: number): FieldValue[] {
  return [93, ruleId, 1, 0, minTickOf(contract)];
}

export function depthExchangesMessage(contract: GatewayContract): FieldValue[] {
  const { primaryExchange, exchange, secType } = contract;
  return [80, 1, primaryExchange === '' ? exchange : primaryExchange, secType, '', 'Deep2', 1];
}
