import type { DecisionRecord, ToolName } from '../domain/decision.ts';
import type { ClientOrderId, OrderReport, OrderRequest } from '../domain/order.ts';
import type { ExitReason } from '../domain/run.ts';
import type {
  Episode,
  RunTrace,
  TracedDecision,
  TracedFill,
  TracedOrder,
  TracedSpan,
} from '../domain/run-trace.ts';
import { type DayNumber, parseTimestamp, type SessionTime } from '../domain/time.ts';
import type { JournalEntry } from './entry.ts';

type Draft<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type OrderDraft = Draft<Omit<TracedOrder, 'fills'>> & {
  readonly fills: Draft<TracedFill>[];
  readonly executions: Map<string, number>;
  readonly group: string | undefined;
  readonly isByHand: boolean;
  isGuards: boolean;
  until: SessionTime;
};

export interface TraceOptions {
  readonly id: string;
  /** The session's day, which the journal's times count from. */
  readonly day: DayNumber;
  /** After how many entries another process went on with the run, each. */
  readonly resumedAfter?: readonly number[];
  /** Whether the run's guard sent an order, by its id; it never did by default. */
  readonly isGuards?: (id: ClientOrderId) => boolean;
}

/** Who decided by `provider`: a list of orders has no decisions. */
const SCRIPT = 'script';

/**
 * What a run did, from its journal.
 *
 * @param entries A whole journal's, in order, without what a run that went back took back.
 */
export function traceRun(entries: readonly JournalEntry[], options: TraceOptions): RunTrace {
  const orders = new Map<ClientOrderId, OrderDraft>();
  const flattened: { readonly ts: SessionTime; readonly reason: ExitReason }[] = [];
  const decisions: { readonly record: DecisionRecord; readonly ts: SessionTime }[] = [];
  const spans = new SpanBook();
  let commandAt: SessionTime | undefined;
  let provider: unknown;
  let before: SessionTime | undefined;
  const resumedAfter = new Set(options.resumedAfter);
  for (const [index, { ts, body }] of entries.entries()) {
    if (before !== undefined && resumedAfter.has(index))
      spans.add({ kind: 'absent', from: before, until: ts, words: 'the program was not there' });
    before = ts;
    switch (body.type) {
      case 'run-started':
        provider = body.header['provider'];
        break;
      case 'command':
        commandAt = ts;
        if (body.name === 'pause-brain') spans.open('paused', ts, body.detail || 'paused');
        if (body.name === 'resume-brain') spans.close('paused', ts);
        break;
      case 'decision':
        decisions.push({ record: body.decision, ts });
        break;
      case 'risk-verdict':
        if (!body.approved && body.order !== undefined) {
          const order = draftOf(body.order, ts, body.touch ?? null, undefined, commandAt === ts);
          // the next bracket has the name of one that was denied
          orders.set(order.id, {
            ...order,
            end: 'denied',
            reason: body.code ?? '',
            group: undefined,
          });
        }
        break;
      case 'order-submitted': {
        const { order, touch = null, exitOf } = body;
        const draft = draftOf(order, ts, touch, exitOf, commandAt === ts);
        draft.isGuards = options.isGuards?.(order.id) ?? false;
        orders.set(order.id, draft);
        break;
      }
      case 'order-cancel-requested': {
        const order = orders.get(body.orderId);
        if (order !== undefined) order.isCancelRequested = true;
        break;
      }
      case 'order-report': {
        const order = orders.get(body.report.orderId);
        if (order !== undefined) takeReport(order, body.report, ts);
        break;
      }
      case 'commission': {
        // told after the fill: the last one of the order has it
        const fill = orders.get(body.orderId)?.fills.at(-1);
        if (fill !== undefined) fill.commissionMicros += body.micros;
        break;
      }
      case 'flatten-requested':
        flattened.push({ ts, reason: body.reason });
        break;
      case 'halted':
        spans.open('halted', ts, `${body.code}: ${body.reason}`);
        break;
      case 'halt-reset':
        spans.close('halted', ts);
        break;
      case 'venue-standing-changed':
        spans.close('disconnected', ts);
        spans.close('reconciling', ts);
        if (body.venue === 'disconnected') spans.open('disconnected', ts, body.reason);
        else if (body.venue !== 'connected') spans.open('reconciling', ts, body.reason);
        break;
      case 'order-change-requested':
      case 'bracket-changed':
      case 'position-changed':
      case 'invariant-violated':
      case 'rewound':
      case 'run-ended':
        break;
    }
  }
  const from = entries[0]?.ts ?? 0;
  const until = entries.at(-1)?.ts ?? from;
  const ownerOf = new Map<ClientOrderId, string>();
  for (const { record } of decisions) {
    if (record.code !== null || !record.tool.startsWith('enter_')) continue;
    for (const { id } of record.orders) ownerOf.set(id, record.id);
  }
  // what was denied of a decision is told by the decision
  const isTold = ({ end, isByHand }: OrderDraft): boolean =>
    end === 'denied' && provider !== SCRIPT && !isByHand;
  const groups = groupsOf([...orders.values()].filter((order) => !isTold(order)));
  const groupOf = new Map<ClientOrderId, string>();
  for (const [name, members] of groups) for (const { id } of members) groupOf.set(id, name);
  const traced = decisions.flatMap(({ record, ts }, index) => {
    const isNewsOnly = record.model === null && record.code !== null;
    const stands = isNewsOnly ? (decisions[index + 1]?.ts ?? until) : ts;
    return tracedDecision(record, ts, stands, options.day, groupOf);
  });
  const beginning = new Map(traced.map((decision) => [decision.id, decision]));
  const episodes = [...groups].map(([id, members]) => {
    const owner = members.map((order) => ownerOf.get(order.id)).find((each) => each !== undefined);
    const decision = owner === undefined ? undefined : beginning.get(owner);
    return episodeOf(id, members, decision, provider === SCRIPT, flattened);
  });
  episodes.sort((a, b) => a.from - b.from);
  return {
    id: options.id,
    from,
    until,
    decisions: traced.map((decision) => inEpisode(decision, episodes)),
    episodes,
    spans: spans.all(until),
  };
}

function draftOf(
  order: OrderRequest,
  sentAt: SessionTime,
  touch: number | null,
  exitOf: string | null | undefined,
  isByHand: boolean,
): OrderDraft {
  const { id, role, side, type, price, stopPrice, quantity } = order;
  return {
    id,
    role,
    side,
    type,
    price,
    stopPrice,
    quantity,
    sentAt,
    touch,
    acknowledged: undefined,
    end: 'open',
    reason: '',
    isCancelRequested: false,
    fills: [],
    executions: new Map(),
    group: order.ocoGroup ?? exitOf ?? undefined,
    isByHand,
    isGuards: false,
    until: sentAt,
  };
}

function takeReport(order: OrderDraft, report: OrderReport, knownAt: SessionTime): void {
  order.until = Math.max(order.until, knownAt);
  switch (report.type) {
    case 'order-accepted':
      order.acknowledged ??= { ts: report.ts, knownAt };
      break;
    case 'order-filled': {
      const { fill, commissionMicros } = report;
      // told twice it counts once
      if (order.executions.has(fill.executionId)) break;
      order.executions.set(fill.executionId, order.fills.length);
      const { ts, side, price, quantity, liquidity } = fill;
      order.fills.push({ ts, side, price, quantity, commissionMicros, liquidity });
      if (filledOf(order) >= order.quantity) order.end = 'filled';
      break;
    }
    case 'execution-corrected': {
      const at = order.executions.get(report.executionId);
      const fill = at === undefined ? undefined : order.fills[at];
      if (at === undefined || fill === undefined) break;
      const { price, commissionMicros } = report;
      order.fills[at] = { ...fill, price, commissionMicros };
      break;
    }
    case 'order-modified':
      order.quantity = report.quantity;
      if (filledOf(order) >= order.quantity) order.end = 'filled';
      break;
    case 'order-rejected':
    case 'order-canceled':
      if (order.end === 'filled') break;
      order.end = report.type === 'order-rejected' ? 'rejected' : 'canceled';
      order.reason = report.reason;
      break;
    case 'order-expired':
      if (order.end !== 'filled') order.end = 'expired';
      break;
    case 'order-change-rejected':
    case 'order-total-told':
    case 'order-triggered':
      break;
  }
}

function filledOf({ fills }: Pick<OrderDraft, 'fills'>): number {
  return fills.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** The orders of each bracket, by the id of its entry; a plain order is by itself. */
function groupsOf(orders: Iterable<OrderDraft>): Map<ClientOrderId, OrderDraft[]> {
  const byGroup = new Map<string, OrderDraft[]>();
  const groups: OrderDraft[][] = [];
  for (const order of orders) {
    const group = order.group === undefined ? undefined : byGroup.get(order.group);
    if (group !== undefined) {
      group.push(order);
      continue;
    }
    const begun = [order];
    groups.push(begun);
    if (order.group !== undefined) byGroup.set(order.group, begun);
  }
  return new Map(groups.flatMap((group) => (group[0] === undefined ? [] : [[group[0].id, group]])));
}

function episodeOf(
  id: ClientOrderId,
  drafts: readonly OrderDraft[],
  decision: TracedDecision | undefined,
  isScript: boolean,
  flattened: readonly { readonly ts: SessionTime; readonly reason: ExitReason }[],
): Episode {
  const [first] = drafts;
  const last = drafts
    .flatMap((order) => order.fills.map((fill) => ({ ...fill, order })))
    .filter(({ order }) => order !== first)
    .sort((a, b) => a.ts - b.ts)
    .at(-1)?.order;
  return {
    id,
    origin: decision === undefined ? originOf(first, isScript) : 'decision',
    decision,
    side: first?.side ?? 'buy',
    from: first?.sentAt ?? 0,
    until: drafts.reduce((latest, { until }) => Math.max(latest, until), first?.sentAt ?? 0),
    orders: drafts.map(orderOf),
    exit: exitOf(last, flattened),
  };
}

function originOf(first: OrderDraft | undefined, isScript: boolean): Episode['origin'] {
  if (first?.isGuards === true) return 'guard';
  if (first?.isByHand === true) return 'hand';
  return isScript ? 'orders' : 'desk';
}

function orderOf(draft: OrderDraft): TracedOrder {
  const { id, role, side, type, price, stopPrice, quantity, sentAt, touch } = draft;
  const { acknowledged, end, reason, isCancelRequested, fills } = draft;
  const terms = { id, role, side, type, price, stopPrice, quantity, sentAt, touch };
  return { ...terms, acknowledged, end, reason, isCancelRequested, fills };
}

function exitOf(
  last: OrderDraft | undefined,
  flattened: readonly { readonly ts: SessionTime; readonly reason: ExitReason }[],
): Episode['exit'] {
  if (last === undefined) return undefined;
  if (last.isGuards) return 'guard';
  if (last.role === 'STOP') return 'stop';
  if (last.role === 'TARGET') return 'target';
  return flattened.findLast(({ ts }) => ts <= last.sentAt)?.reason ?? 'order';
}

/** What touched no order, as an exit is on its way already, is about what was open then. */
function inEpisode(decision: TracedDecision, episodes: readonly Episode[]): TracedDecision {
  if (decision.code !== null || decision.episode !== undefined) return decision;
  const open = episodes.findLast(({ from, until }) => from <= decision.at && until >= decision.at);
  return open === undefined ? decision : { ...decision, episode: open.id };
}

/** Of a decision that waits without being kept from anything nothing is traced. */
function tracedDecision(
  record: DecisionRecord,
  knownAt: SessionTime,
  until: SessionTime,
  day: DayNumber,
  groupOf: ReadonlyMap<ClientOrderId, string>,
): readonly TracedDecision[] {
  const { id, answer, tool, code, orders } = record;
  if (tool === 'wait' && code === null) return [];
  const wanted = (code === null ? tool : (answer?.tool ?? 'wait')) as ToolName;
  const [touched] = orders;
  return [
    {
      id,
      ts: parseTimestamp(record.ts, day) ?? knownAt,
      at: knownAt,
      tool: wanted,
      terms: termsOf(answer?.arguments),
      code,
      until,
      episode: touched === undefined ? undefined : groupOf.get(touched.id),
    },
  ];
}

function termsOf(given: unknown): Readonly<Record<string, number>> {
  if (typeof given !== 'object' || given === null) return {};
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      typeof value === 'number' && name !== 'conviction' ? [[name, value]] : [],
    ),
  );
}

class SpanBook {
  readonly #closed: TracedSpan[] = [];
  readonly #open = new Map<TracedSpan['kind'], { from: SessionTime; words: string }>();

  add(span: TracedSpan): void {
    this.#closed.push(span);
  }

  open(kind: TracedSpan['kind'], from: SessionTime, words: string): void {
    if (!this.#open.has(kind)) this.#open.set(kind, { from, words });
  }

  close(kind: TracedSpan['kind'], until: SessionTime): void {
    const span = this.#open.get(kind);
    if (span === undefined) return;
    this.#open.delete(kind);
    this.#closed.push({ kind, ...span, until });
  }

  all(until: SessionTime): readonly TracedSpan[] {
    for (const kind of [...this.#open.keys()]) this.close(kind, until);
    return this.#closed.sort((a, b) => a.from - b.from);
  }
}
