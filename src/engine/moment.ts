import type { EffectFacts, Question, QuestionFacts } from '../brain/port.ts';
import { type PriceNanos, toPriceNumber } from '../domain/price.ts';
import type { SessionTime } from '../domain/time.ts';
import type { OrderDesk } from '../execution/order-desk.ts';
import type { RiskContext } from '../risk/risk-context.ts';
import type { AccountView } from './account-view.ts';
import type { FeedWatch } from './feed-watch.ts';
import type { TradingEngineOptions } from './trading-engine-options.ts';

const NO_ORDERS: readonly never[] = Object.freeze([]);

/** An engine between two time stamps, as far as brain and gate are told of it. */
export interface Moment {
  readonly options: Pick<TradingEngineOptions, 'analysis' | 'instrument' | 'schedule' | 'present'>;
  readonly desk: OrderDesk;
  readonly account: AccountView;
  readonly feedWatch: FeedWatch;
  readonly clock: SessionTime;
  readonly isVenueHalted: boolean;
  touch(): { readonly bid: PriceNanos | null; readonly ask: PriceNanos | null };
  closingPrice(): PriceNanos | null;
}

/** The state at `ts`, as a brain is asked about it. */
export function questionAt(ts: SessionTime, moment: Moment): Question {
  const { account, desk } = moment;
  const { analysis, instrument } = moment.options;
  const low = analysis.footprint.lastSwingLow(ts);
  const high = analysis.footprint.lastSwingHigh(ts);
  const { bid, ask } = moment.touch();
  return {
    ts,
    market: analysis.view(ts),
    account: account.state(moment.closingPrice()),
    orders: desk.orders.hasWorking ? account.activeOrders(ts) : NO_ORDERS,
    bid: bid === null ? null : toPriceNumber(bid),
    ask: ask === null ? null : toPriceNumber(ask),
    tickNanos: instrument.tickNanos,
    swingLow: low === null ? null : toPriceNumber(low),
    swingHigh: high === null ? null : toPriceNumber(high),
    barDelta: analysis.footprint.delta(ts),
    valueArea: analysis.profile,
  };
}

/** What gate 1 holds an answer against: the market that its question was about. */
export function questionFactsAt(ts: SessionTime, moment: Moment): QuestionFacts {
  const { analysis, instrument } = moment.options;
  const { bid, ask } = moment.touch();
  const { position } = moment.desk.portfolio;
  return { ts, bid, ask, last: analysis.metrics.last, position, tickNanos: instrument.tickNanos };
}

/** And when it takes effect: the market of then. */
export function effectFactsAt(ts: SessionTime, moment: Moment): EffectFacts {
  const { bracket, orders, portfolio } = moment.desk;
  const entry = bracket === undefined ? undefined : orders.find(bracket.entryId);
  const stop = bracket === undefined ? undefined : orders.find(bracket.stopId);
  return {
    ts,
    last: moment.options.analysis.metrics.last,
    position: portfolio.position,
    hasWorkingEntry: bracket !== undefined && entry !== undefined && !bracket.isEnded,
    stopPrice: stop?.stopPrice ?? null,
  };
}

/** What gate 2 decides by. */
export function riskContextOf(
  moment: Moment,
  stream: Pick<RiskContext, 'eventAgeNs' | 'isRebuilding'>,
): RiskContext {
  const { account, desk, feedWatch, clock: now } = moment;
  const { analysis, instrument, schedule } = moment.options;
  const { bid, ask } = moment.touch();
  const closing = moment.closingPrice();
  return {
    now,
    position: desk.portfolio.position,
    ...desk.workingOrders,
    dailyPlMicros: account.lossMicros(closing),
    dailyTrades: account.dailyTrades,
    buyingPowerMicros: account.buyingPowerMicros(closing),
    multiplier: instrument.multiplier,
    last: analysis.metrics.last,
    bestBid: bid,
    bestAsk: ask,
    isOpeningDrive: schedule.timeSessionAt(now) === 'OPEN_DRIVE',
    session: schedule.dayAt(now).session,
    isVenueHalted: moment.isVenueHalted,
    feedFault: feedWatch.faultAt(now) ?? null,
    venue: desk.venueStanding,
    ...stream,
    ...presentContextOf(moment),
  };
}

function presentContextOf({
  options: { present },
}: Moment): Pick<RiskContext, 'isArmed' | 'feedTrouble' | 'venueTrouble'> {
  // only a live run has to be armed
  if (present === undefined) return { isArmed: true };
  return {
    isArmed: present.isArmed,
    feedTrouble: present.feedTrouble(),
    venueTrouble: present.venueTrouble(),
  };
}
