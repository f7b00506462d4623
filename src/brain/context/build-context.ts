import type { ConditionCounts } from '../../domain/decision.ts';
import type { MarketState } from '../../domain/market-state.ts';
import { formatPrice } from '../../domain/price.ts';
import type { Question } from '../port.ts';
import {
  cutText,
  listText,
  numberText,
  objectText,
  quoted,
  utf8Length,
  valueText,
} from './context-text.ts';
import type { PastDecision } from './decision-memory.ts';
import { accountText, marketText, ordersText, type StateLimits } from './state-text.ts';

/** What a model is shown. */
export interface ModelContext {
  readonly system: string;
  /** One message of five lines: HISTORY, CONDITIONS, ACCOUNT_STATE, ACTIVE_ORDERS, MARKET_STATE. */
  readonly user: string;
}

export interface ContextOptions {
  /** The prompt's text, with its figures filled in. */
  readonly system: string;
  readonly question: Question;
  readonly conditions: ConditionCounts;
  /** The last decisions, oldest first. */
  readonly history: readonly PastDecision[];
  /** Bytes that the message stays below, as far as its lists and old reasons can be shortened. */
  readonly mostBytes?: number;
  /** Another order of MARKET_STATE's fields. */
  readonly fieldOrder?: readonly (keyof MarketState)[];
}

/** Of a message, unless it is told otherwise. */
export const MOST_BYTES = 6000;
/** Prices among a call's arguments. */
const PRICE_ARGUMENTS: ReadonlySet<string> = new Set([
  'limit_price',
  'stop_loss',
  'profit_target',
  'new_price',
]);

/** How much is shown, the most first: the next one counts where the message would be too long. */
const LIMITS: readonly (StateLimits & { readonly text: number })[] = [
  { walls: 40, prints: 10, imbalances: 5, text: 200 },
  { walls: 12, prints: 6, imbalances: 3, text: 200 },
  { walls: 6, prints: 3, imbalances: 2, text: 200 },
  { walls: 6, prints: 3, imbalances: 2, text: 80 },
  { walls: 4, prints: 2, imbalances: 1, text: 20 },
];

/**
 * Builds what a model is asked from a question, the conditions at its snapshot and the last decisions: the same for the same
 * input, and nothing but market data and our own words in it.
 */
export function buildContext(options: ContextOptions): ModelContext {
  const { system, mostBytes = MOST_BYTES } = options;
  let user = '';
  for (const limits of LIMITS) {
    user = messageOf(options, limits);
    if (utf8Length(user) < mostBytes) break;
  }
  return { system, user };
}

function messageOf(
  { question, conditions, history, fieldOrder }: ContextOptions,
  limits: (typeof LIMITS)[number],
): string {
  const decimals = decimalsOf(question.tickNanos);
  return [
    `HISTORY ${listText(history.map((past) => pastText(past, limits.text, decimals)))}`,
    `CONDITIONS ${objectText([
      ['long', countsText(conditions.long)],
      ['short', countsText(conditions.short)],
    ])}`,
    `ACCOUNT_STATE ${accountText(question.account, decimals)}`,
    `ACTIVE_ORDERS ${ordersText(question.orders, decimals)}`,
    `MARKET_STATE ${marketText(question.market, decimals, limits, fieldOrder)}`,
  ].join('\n');
}

function pastText(past: PastDecision, mostText: number, decimals: number): string {
  const priceDecimals = (name: string) => (PRICE_ARGUMENTS.has(name) ? decimals : 0);
  return objectText([
    ['secs_ago', numberText(past.secsAgo)],
    [
      'answer',
      past.answer === null
        ? 'null'
        : objectText([
            ['tool', quoted(cutText(past.answer.tool, mostText))],
            ['arguments', valueText(past.answer.arguments, mostText, priceDecimals)],
          ]),
    ],
    ['tool', quoted(past.tool)],
    ['code', past.code === null ? 'null' : quoted(past.code)],
    ['figures', valueText(past.figures, mostText)],
    ['outcome', past.outcome === null ? 'null' : quoted(past.outcome)],
  ]);
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return objectText(Object.entries(counts).map(([name, count]) => [name, numberText(count)]));
}

/** Places that a price on the grid needs. */
export function decimalsOf(tickNanos: number): number {
  const text = formatPrice(tickNanos);
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
