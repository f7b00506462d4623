import type { ClientOrderId, OrderChange, OrderRequest, OrderType } from '../domain/order.ts';
import { type PriceNanos, parsePrice } from '../domain/price.ts';
import { type DayNumber, parseTimestamp, type SessionTime } from '../domain/time.ts';

/** One line of an orders file: what is sent when. Public format: specification "command line", `--orders`. */
export type ScriptAction = { readonly at: SessionTime } & (
  | ({ readonly action: 'place' } & Omit<OrderRequest, 'role' | 'reduceOnly' | 'ocoGroup'>)
  | ({ readonly action: 'modify' } & OrderChange)
  | { readonly action: 'cancel'; readonly id: ClientOrderId }
);

/** What is wrong with an orders file, by line. */
export interface ScriptProblem {
  readonly line: number;
  readonly problem: string;
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  place: [
    'at',
    'id',
    'action',
    'side',
    'type',
    'price',
    'stopPrice',
    'trailAmount',
    'quantity',
    'tif',
    'postOnly',
  ],
  modify: ['at', 'id', 'action', 'price', 'stopPrice', 'quantity'],
  cancel: ['at', 'id', 'action'],
};

/** The prices that an order of a type has. */
const PRICES: Readonly<
  Record<OrderType, Partial<Record<'price' | 'stopPrice' | 'trailAmount', 'needed' | 'optional'>>>
> = {
  limit: { price: 'needed' },
  market: {},
  stop: { stopPrice: 'needed' },
  'stop-limit': { price: 'needed', stopPrice: 'needed' },
  'trailing-stop': { trailAmount: 'needed', stopPrice: 'optional' },
  'market-if-touched': { stopPrice: 'needed' },
};

/**
 * Reads an orders file: one JSON object a line, in the order of time. Returns every problem at once.
 *
 * @param day The session's day, which the times are counted from.
 */
export function parseOrderScript(
  text: string,
  day: DayNumber,
): { readonly actions: readonly ScriptAction[] } | { readonly problems: readonly ScriptProblem[] } {
  const actions: ScriptAction[] = [];
  const problems: ScriptProblem[] = [];
  const placed = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const fields = parseFields(line);
    const parsed = fields === undefined ? 'not a JSON object' : parseAction(fields, day);
    const problem =
      typeof parsed === 'string' ? parsed : orderProblem(parsed, actions.at(-1), placed);
    if (problem !== undefined) problems.push({ line: index + 1, problem });
    if (typeof parsed !== 'string') actions.push(parsed);
    // what is wrong with the placing of an order is no fault of the lines that change it
    const id = fields?.get('id');
    if (fields?.get('action') === 'place' && typeof id === 'string') placed.add(id);
  }
  return problems.length > 0 ? { problems } : { actions };
}

function orderProblem(
  action: ScriptAction,
  before: ScriptAction | undefined,
  placed: Set<string>,
): string | undefined {
  if (before !== undefined && action.at < before.at) return 'at: earlier than the line before it';
  if (action.action === 'place') {
    if (placed.has(action.id)) return `id: "${action.id}" was placed before; an id names one order`;
    placed.add(action.id);
    return undefined;
  }
  return placed.has(action.id) ? undefined : `id: "${action.id}" was not placed on a line before`;
}

/** One line's members; `undefined` when it is no JSON object. */
function parseFields(line: string): ReadonlyMap<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}

/** One line's action, or what is wrong with it. */
function parseAction(fields: ReadonlyMap<string, unknown>, day: DayNumber): ScriptAction | string {
  const action = fields.get('action');
  const known =
    typeof action === 'string' && Object.hasOwn(KEYS, action) ? KEYS[action] : undefined;
  if (known === undefined) return 'action: place, modify or cancel is allowed';
  for (const key of fields.keys())
    if (!known.includes(key)) return `${key}: not a field of "${String(action)}"`;
  const at = fields.get('at');
  const ts = typeof at === 'string' ? parseTimestamp(at, day) : undefined;
  if (ts === undefined)
    return 'at: an ISO 8601 time is needed, such as 2012-06-21T14:30:00.000000000Z';
  const id = fields.get('id');
  if (typeof id !== 'string' || id === '') return 'id: a text is needed';
  if (action === 'cancel') return { action, at: ts, id };
  const terms = parseTerms(fields);
  if (typeof terms === 'string') return terms;
  if (action === 'place') return parsePlace(fields, { at: ts, id }, terms);
  if (Object.keys(terms).length === 0) return 'modify: price, stopPrice or quantity is needed';
  return { action: 'modify', at: ts, id, ...terms };
}

interface Terms {
  price?: PriceNanos;
  stopPrice?: PriceNanos;
  trailAmount?: PriceNanos;
  quantity?: number;
}

function parseTerms(fields: ReadonlyMap<string, unknown>): Terms | string {
  const terms: Terms = {};
  for (const key of ['price', 'stopPrice', 'trailAmount'] as const) {
    const value = fields.get(key);
    if (value === undefined) continue;
    const price = typeof value === 'string' ? parsePrice(value) : undefined;
    if (price === undefined || price <= 0)
      return `${key}: a decimal as text is needed, such as "577.63"`;
    terms[key] = price;
  }
  const quantity = fields.get('quantity');
  if (quantity === undefined) return terms;
  if (typeof quantity !== 'number' || !Number.isSafeInteger(quantity) || quantity < 1) {
    return 'quantity: a whole number from 1 is needed';
  }
  terms.quantity = quantity;
  return terms;
}

function parsePlace(
  fields: ReadonlyMap<string, unknown>,
  common: { readonly at: SessionTime; readonly id: string },
  { quantity, ...prices }: Terms,
): ScriptAction | string {
  const side = fields.get('side');
  const type = fields.get('type');
  const tif = fields.get('tif') ?? 'day';
  if (side !== 'buy' && side !== 'sell') return 'side: buy or sell is allowed';
  if (!isOrderType(type)) return `type: ${Object.keys(PRICES).join(', ')} is allowed`;
  if (tif !== 'day' && tif !== 'ioc' && tif !== 'fok') return 'tif: day, ioc or fok is allowed';
  if (quantity === undefined) return 'quantity: a whole number from 1 is needed';
  for (const key of ['price', 'stopPrice', 'trailAmount'] as const) {
    const rule = PRICES[type][key] ?? 'not allowed';
    if (rule !== 'optional' && (rule === 'needed') !== (prices[key] !== undefined))
      return `${key}: ${rule} for a ${type} order`;
  }
  const postOnly = fields.get('postOnly') ?? false;
  if (typeof postOnly !== 'boolean') return 'postOnly: true or false is allowed';
  if (postOnly && (type !== 'limit' || tif !== 'day'))
    return 'postOnly: only a limit order of the day can be';
  const more = postOnly ? { ...prices, postOnly } : prices;
  return { action: 'place', ...common, side, type, quantity, tif, ...more };
}

function isOrderType(type: unknown): type is OrderType {
  return typeof type === 'string' && Object.hasOwn(PRICES, type);
}
