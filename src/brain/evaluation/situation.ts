import type { ConditionCounts } from '../../domain/decision.ts';
import type { MarketState } from '../../domain/market-state.ts';
import { NANOS_PER_UNIT } from '../../domain/price.ts';
import type { EngineSettings } from '../../domain/settings.ts';
import type { SessionTime } from '../../domain/time.ts';
import { numberText } from '../context/context-text.ts';
import type { PastDecision } from '../context/decision-memory.ts';
import { MARKET_FIELDS } from '../context/state-text.ts';
import type { Question, QuestionFacts } from '../port.ts';
import type { ChecklistState } from '../rules/checklist.ts';

/** A moment at which a brain is asked what it would do, kept whole. */
export interface Situation {
  readonly question: Question;
  readonly conditions: ConditionCounts;
  /** The checklist before it took this snapshot in. */
  readonly before: ChecklistState;
  readonly settings: EngineSettings;
  /** The order in which MARKET_STATE is shown. */
  readonly fieldOrder: readonly (keyof MarketState)[];
  /** The last decisions, oldest first. */
  readonly history: readonly PastDecision[];
  /** The first snapshot that showed the open position; `null` without one. */
  readonly openedTs: SessionTime | null;
}

/** What is open at a moment: nothing, an entry that works, or a position. */
export type Holding = 'nothing' | 'entry' | 'position';

export function holdingOf({ account, orders }: Pick<Question, 'account' | 'orders'>): Holding {
  if (account.POSITION !== 0) return 'position';
  return orders.some(({ role }) => role === 'ENTRY') ? 'entry' : 'nothing';
}

/** Price of the working order of a role, dollars. */
export function orderPrice(
  { orders }: Pick<Question, 'orders'>,
  role: 'ENTRY' | 'STOP' | 'TARGET',
): number | null {
  return orders.find((order) => order.role === role)?.price ?? null;
}

const MONEY_DECIMALS = 2;

/** Prices of the rescaled market are so many times the true ones. */
export const SCALE = 10;

/** A copy of a question that outlives its snapshot. */
export function keptQuestion({ valueArea: _valueArea, ...question }: Question): Question {
  const { market } = question;
  const plain = Object.fromEntries(MARKET_FIELDS.map((name) => [name, market[name]]));
  return { ...question, market: JSON.parse(JSON.stringify(plain)) as MarketState };
}

export function factsOf({ question }: Situation): QuestionFacts {
  const nanos = (price: number | null) =>
    price === null ? null : Math.round(price * NANOS_PER_UNIT);
  return {
    ts: question.ts,
    bid: nanos(question.bid),
    ask: nanos(question.ask),
    last: nanos(question.market.LAST),
    position: question.account.POSITION,
    tickNanos: question.tickNanos,
  };
}

/** The same without the instrument's name. A question tells no date, so there is none to mask. */
export function masked(situation: Situation): Situation {
  const { question } = situation;
  return {
    ...situation,
    question: { ...question, market: { ...question.market, TICKER: 'XXXX' } },
  };
}

/** The same with the fields of MARKET_STATE in another order. */
export function shuffled(situation: Situation, order: Situation['fieldOrder']): Situation {
  return { ...situation, fieldOrder: order };
}

/** The same market at ten times its prices, with every distance in dollars, the tick and the money alike. */
export function rescaled({ question, settings, history, ...situation }: Situation): Situation {
  const { market, account } = question;
  const bar = market.FOOTPRINT_CURR_BAR;
  const { profile, validation, brain, risk } = settings;
  return {
    ...situation,
    history: history.map(rescaledDecision),
    question: {
      ...question,
      tickNanos: question.tickNanos * SCALE,
      bid: times(question.bid),
      ask: times(question.ask),
      swingLow: times(question.swingLow),
      swingHigh: times(question.swingHigh),
      orders: question.orders.map((order) => ({ ...order, price: times(order.price) })),
      account: {
        ...account,
        AVG_ENTRY: times(account.AVG_ENTRY),
        UNREALIZED_PL: scaled(account.UNREALIZED_PL),
        DAILY_PL: scaled(account.DAILY_PL),
        BUYING_POWER: scaled(account.BUYING_POWER),
        DAILY_LOSS_REMAINING: scaled(account.DAILY_LOSS_REMAINING),
      },
      market: {
        ...market,
        LAST: times(market.LAST),
        VWAP: times(market.VWAP),
        SPREAD: times(market.SPREAD),
        DOM_WALLS: market.DOM_WALLS.map((wall) => ({ ...wall, price: scaled(wall.price) })),
        BID_STACK: market.BID_STACK.map(([price, size]) => [scaled(price), size] as const),
        ASK_STACK: market.ASK_STACK.map(([price, size]) => [scaled(price), size] as const),
        LARGE_PRINTS_1M: market.LARGE_PRINTS_1M.map((print) => ({
          ...print,
          price: scaled(print.price),
        })),
        FOOTPRINT_CURR_BAR: {
          ...bar,
          open: times(bar.open),
          high: times(bar.high),
          low: times(bar.low),
          close: times(bar.close),
          poc: times(bar.poc),
          imbalances: bar.imbalances.map((each) => ({ ...each, price: scaled(each.price) })),
        },
        VP_POC: times(market.VP_POC),
        VP_VAH: times(market.VP_VAH),
        VP_VAL: times(market.VP_VAL),
        VP_DEVELOPING_POC: times(market.VP_DEVELOPING_POC),
        HOD: times(market.HOD),
        LOD: times(market.LOD),
        ABSORPTION_PRICE: times(market.ABSORPTION_PRICE),
      },
    },
    settings: {
      ...settings,
      profile: {
        ...profile,
        minStop: scaled(profile.minStop),
        maxStop: scaled(profile.maxStop),
        maxTarget: scaled(profile.maxTarget),
        maxSpread: times(profile.maxSpread),
      },
      validation: {
        ...validation,
        minStop: scaled(validation.minStop),
        maxStop: scaled(validation.maxStop),
        maxBeyondTouch: scaled(validation.maxBeyondTouch),
        maxBehindTouch: scaled(validation.maxBehindTouch),
      },
      brain: { ...brain, staleMove: scaled(brain.staleMove) },
      risk: {
        ...risk,
        maxSpread: scaled(risk.maxSpread),
        maxSpreadOpenDrive: scaled(risk.maxSpreadOpenDrive),
      },
    },
  };
}

const PRICE_ARGUMENTS: ReadonlySet<string> = new Set([
  'limit_price',
  'stop_loss',
  'profit_target',
  'new_price',
]);
/** An amount of money in the words of an outcome. */
const AMOUNT = /-?\d+(?:\.\d+)?/;

function rescaledDecision(past: PastDecision): PastDecision {
  const { answer, outcome } = past;
  const args = answer?.arguments;
  return {
    ...past,
    answer:
      answer === null || typeof args !== 'object' || args === null
        ? answer
        : {
            ...answer,
            arguments: Object.fromEntries(
              Object.entries(args).map(([name, value]) => [
                name,
                PRICE_ARGUMENTS.has(name) && typeof value === 'number' ? scaled(value) : value,
              ]),
            ),
          },
    outcome:
      outcome?.replace(AMOUNT, (amount) => numberText(scaled(Number(amount)), MONEY_DECIMALS)) ??
      null,
  };
}

function times(price: number | null): number | null {
  return price === null ? null : scaled(price);
}

function scaled(price: number): number {
  return Math.round(price * SCALE * NANOS_PER_UNIT) / NANOS_PER_UNIT;
}
