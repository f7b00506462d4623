import { toPriceNumber } from '../../domain/price.ts';
import type { GatewayExecution } from './account.ts';
import { contractFields, type GatewayContract } from './contract.ts';
import { exchangeClockOf } from './exchange-clock.ts';
import { type FieldValue, UNSET_DOUBLE, UNSET_INTEGER } from './frames.ts';
import type { GatewayOrder } from './gateway-order.ts';

/** openOrder: the whole of an order and its state, 141 fields in the decoder's order at server version 193. */
export function openOrderMessage(order: GatewayOrder, contract: GatewayContract): FieldValue[] {
  const { terms } = order;
  const price = (nanos: number | undefined): FieldValue =>
    nanos === undefined ? undefined : toPriceNumber(nanos);
  const isTrailing = terms.type === 'TRAIL';
  const unset = (count: number): FieldValue[] => new Array<FieldValue>(count).fill(undefined);
  return [
    5,
    order.orderId,
    ...contractFields(contract, '?'),
    terms.side === 'buy' ? 'BUY' : 'SELL',
    order.quantity,
    terms.type,
    price(terms.limitPrice) ?? 0,
    (isTrailing ? price(terms.trailAmount) : price(terms.stopPrice)) ?? 0,
    terms.tif,
    terms.ocaGroup,
    terms.account,
    undefined, // openClose
    0, // origin
    terms.orderRef,
    order.clientId,
    order.permId,
    terms.outsideRth,
    0, // hidden
    0, // discretionaryAmt
    undefined, // goodAfterTime
    undefined, // sharesAllocation, no longer used
    ...unset(3), // faGroup, faMethod, faPercentage
    undefined, // modelCode
    undefined, // goodTillDate
    undefined, // rule80A
    undefined, // percentOffset
    undefined, // settlingFirm
    0, // shortSaleSlot
    undefined, // designatedLocation
    -1, // exemptCode
    0, // auctionStrategy
    ...unset(3), // startingPrice, stockRefPrice, delta
    ...unset(2), // stockRangeLower, stockRangeUpper
    undefined, // displaySize
    ...[0, 0, 0], // blockOrder, sweepToFill, allOrNone
    undefined, // minQty
    terms.ocaType,
    ...[0, 0], // eTradeOnly, firmQuoteOnly
    undefined, // nbboPriceCap
    terms.parentId,
    0, // triggerMethod
    undefined, // volatility
    0, // volatilityType
    'None', // deltaNeutralOrderType; the eight of the delta-neutral order follow
    undefined, // deltaNeutralAuxPrice
    0, // its conId
    ...unset(4), // settlingFirm, clearingAccount, clearingIntent, openClose
    ...[0, 0], // shortSale, shortSaleSlot
    undefined, // designatedLocation
    0, // continuousUpdate
    0, // referencePriceType
    isTrailing ? price(terms.stopPrice) : undefined, // trailStopPrice
    undefined, // trailingPercent
    ...unset(2), // basisPoints, basisPointsType
    undefined, // comboLegsDescrip
    ...[0, 0], // comboLegsCount, orderComboLegsCount
    0, // smartComboRoutingParamsCount
    ...unset(3), // scaleInitLevelSize, scaleSubsLevelSize, scalePriceIncrement
    undefined, // hedgeType
    0, // optOutSmartRouting
    undefined, // clearingAccount
    'IB', // clearingIntent
    0, // notHeld
    0, // deltaNeutralContract
    undefined, // algoStrategy
    0, // solicited
    0, // whatIf
    order.status,
    ...new Array<FieldValue>(9).fill(UNSET_DOUBLE), // margin and equity before, change, after
    ...unset(3), // commission, minCommission, maxCommission
    undefined, // commissionCurrency
    order.warning,
    ...[0, 0], // randomizeSize, randomizePrice
    0, // conditionsCount
    'None', // adjustedOrderType
    ...unset(3), // triggerPrice, trailStopPrice, lmtPriceOffset
    ...unset(3), // adjustedStopPrice, adjustedStopLimitPrice, adjustedTrailingAmount
    0, // adjustableTrailingUnit
    ...unset(3), // softDollarTier
    undefined, // cashQty
    ...[0, 0, 0], // dontUseAutoPriceForHedge, isOmsContainer, discretionaryUpToLimitPrice
    0, // usePriceMgmtAlgo
    UNSET_INTEGER, // duration
    UNSET_INTEGER, // postToAts
    0, // autoCancelParent
    ...unset(5), // minTradeQty, minCompeteSize, competeAgainstBestOffset, midOffsetAtWhole, midOffsetAtHalf
    undefined, // customerAccount
    0, // professionalCustomer
    undefined, // bondAccruedInterest
    0, // includeOvernight
    undefined, // extOperator
    UNSET_INTEGER, // manualOrderIndicator
  ];
}

export function orderStatusMessage(order: GatewayOrder): FieldValue[] {
  return [
    3,
    order.orderId,
    order.status,
    order.filled,
    order.isOver && order.status !== 'Filled'
      ? Math.max(0, order.quantity - order.filled)
      : order.remaining,
    order.averagePrice,
    order.permId,
    order.terms.parentId,
    toPriceNumber(order.lastFillPrice),
    order.clientId,
    order.whyHeld,
    0,
  ];
}

/** @param requestId Of the request that it answers; -1 when it was not asked for. */
export function executionMessage(
  execution: GatewayExecution,
  contract: GatewayContract,
  account: string,
  requestId: number,
): FieldValue[] {
  const isStock = contract.secType === 'STK';
  return [
    11,
    requestId,
    execution.orderId,
    ...contractFields(isStock ? { ...contract, exchange: contract.primaryExchange } : contract),
    execution.id,
    exchangeClockOf(execution.at),
    account,
    isStock ? contract.primaryExchange : contract.exchange,
    execution.side === 'buy' ? 'BOT' : 'SLD',
    execution.quantity,
    toPriceNumber(execution.price),
    execution.permId,
    execution.clientId,
    0, // liquidation
    execution.cumulative,
    execution.averagePrice,
    execution.orderRef,
    undefined, // evRule
    undefined, // evMultiplier
    undefined, // modelCode
    execution.liquidity === 'maker' ? 1 : 2,
    0, // pendingPriceRevision
  ];
}

export function commissionMessage(execution: GatewayExecution, currency: string): FieldValue[] {
  return [
    59,
    1,
    execution.id,
    execution.commissionMicros / 1_000_000,
    currency,
    execution.realized ?? UNSET_DOUBLE,
    UNSET_DOUBLE, // yield
    undefined, // yieldRedemptionDate
  ];
}

/** An error, or with id -1 a piece of news, of whom it is about. */
export function errorMessage(id: number, code: number, text: string): FieldValue[] {
  return [4, 2, id, code, text, ''];
}
