import { isDeepStrictEqual } from 'node:util';
import { dayOf, NS_PER_MS, NS_PER_SECOND } from '../../../src/domain/time.ts';
import { createDeskJournal } from '../../../src/engine/desk-journal.ts';
import { rebuildDesk } from '../../../src/engine/rebuild-desk.ts';
import { OrderDesk } from '../../../src/execution/order-desk.ts';
import { Portfolio } from '../../../src/execution/portfolio.ts';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import { RiskGate } from '../../../src/risk/risk-gate.ts';
import { STOCK } from '../../support/market-rig.ts';
import { CALM, SPEC_RISK } from '../../support/risk-context.ts';
import { ModelBroker } from './model-broker.ts';

/** What can happen, with how often it is tried. */
const STEPS = [
  ['enter', 6],
  ['arrive', 10],
  ['tell', 10],
  ['settle', 5],
  ['fill-entry', 8],
  ['fill-stop', 3],
  ['fill-target', 3],
  ['fill-both', 1],
  ['venue-cancels', 2],
  ['reject-next', 2],
  ['move-stop', 2],
  ['move-target', 2],
  ['reject-next-change', 2],
  ['repeat-report', 3],
  ['reorder', 3],
  ['total-told', 1],
  ['disconnect', 2],
  ['connect', 5],
  ['crash', 2],
  ['flatten', 2],
  ['cancel-entries', 2],
  ['halt', 1],
  ['foreign', 1],
  ['wait', 4],
] as const;
export type StepKind = (typeof STEPS)[number][0];

export interface Step {
  readonly kind: StepKind;
  /** A quantity, a choice, or a time, as the step takes it. */
  readonly value: number;
}

const BAG: readonly StepKind[] = STEPS.flatMap(([kind, weight]) =>
  Array.from({ length: weight }, () => kind),
);
const PRICE = 250_000_000_000;
const CENT = 10_000_000;
const OPTIONS = { idPrefix: 'P-', multiplier: STOCK.multiplier };
const DAY = dayOf(2026, 6, 1);

/** Steps of a random history. `next`: whole numbers below its argument. */
export function randomSteps(next: (below: number) => number): Step[] {
  const steps: Step[] = [{ kind: 'enter', value: next(1000) }];
  const count = 5 + next(30);
  for (let i = 0; i < count; i++)
    steps.push({ kind: BAG[next(BAG.length)] ?? 'wait', value: next(1000) });
  return steps;
}

/** A desk at a model broker, with a journal in memory that a crashed desk is rebuilt from. */
class BracketHistory {
  readonly wrong: string[] = [];
  readonly #broker = new ModelBroker();
  readonly #entries: JournalEntry[] = [];
  #desk: OrderDesk;
  #now = 0;
  #nakedSince: number | undefined;
  #alarms = 0;
  #sign = 0;
  #limit = 0;
  #foreign = 0;

  constructor() {
    this.#desk = this.#createDesk();
  }

  play(steps: readonly Step[]): void {
    for (const step of steps) {
      this.#step(step);
      this.#check();
      if (this.wrong.length > 0) return;
    }
    this.#finish();
  }

  #step({ kind, value }: Step): void {
    const broker = this.#broker;
    const desk = this.#desk;
    const quantity = 1 + (value % 100);
    switch (kind) {
      case 'enter':
        this.#enter(quantity, value % 2 === 0);
        break;
      case 'arrive':
        broker.arrive();
        break;
      case 'tell':
        broker.tell();
        break;
      case 'settle':
        broker.settle();
        break;
      case 'fill-entry':
      case 'fill-stop':
      case 'fill-target':
        this.#fill(
          kind === 'fill-entry' ? 'ENTRY' : kind === 'fill-stop' ? 'STOP' : 'TARGET',
          quantity,
        );
        break;
      case 'fill-both':
        this.#fill('STOP', 100);
        this.#fill('TARGET', 100);
        break;
      case 'venue-cancels': {
        const order = broker.find(
          (['ENTRY', 'STOP', 'TARGET', 'EXIT'] as const)[value % 4] ?? 'STOP',
        );
        if (order !== undefined)
          broker.end(order.request.id, value % 8 < 4 ? 'canceled' : 'expired', 'by the venue');
        break;
      }
      case 'reject-next':
        broker.rejectsNext = true;
        break;
      case 'reject-next-change':
        broker.rejectsNextChange = true;
        break;
      case 'move-stop':
      case 'move-target': {
        const { bracket } = desk;
        const stop = bracket?.stopId;
        const target = bracket?.targetId;
        const price = PRICE + (value % 50) * CENT;
        if (kind === 'move-stop' && stop !== undefined)
          desk.change({ id: stop, stopPrice: price }, this.#now);
        else if (kind === 'move-target' && target !== undefined)
          desk.change({ id: target, price }, this.#now);
        break;
      }
      case 'repeat-report': {
        const { executions, outbox } = broker;
        const told = executions[value % Math.max(1, executions.length)];
        if (told !== undefined && broker.isConnected) {
          const { orderId, ts } = told.fill;
          outbox.push({ type: 'order-filled', orderId, ts, ...told });
        }
        break;
      }
      case 'reorder': {
        // executions overtake what was said of orders, as two streams of a broker do, but not each other
        const { outbox } = broker;
        const at = outbox.findIndex(({ type }, i) => i > 0 && type === 'order-filled');
        const isFree = outbox
          .slice(0, Math.max(0, at))
          .every(({ type }) => type !== 'order-filled' && type !== 'order-total-told');
        if (at > 0 && isFree) outbox.unshift(...outbox.splice(at, 1));
        break;
      }
      case 'total-told': {
        const told = broker.executions.at(-1);
        const order = told === undefined ? undefined : broker.book.get(told.fill.orderId);
        if (told === undefined || order === undefined || !broker.isConnected) break;
        const at = broker.outbox.findIndex(
          (report) =>
            report.type === 'order-filled' && report.fill.executionId === told.fill.executionId,
        );
        const { orderId, ts } = told.fill;
        const report = { type: 'order-total-told', orderId, ts, filled: order.filled } as const;
        // the status comes, its execution does not
        if (at >= 0) broker.outbox.splice(at, 1, report);
        break;
      }
      case 'disconnect':
        broker.disconnect(value % 4);
        break;
      case 'connect':
        broker.connect();
        break;
      case 'crash':
        this.#crash(value);
        break;
      case 'flatten':
        desk.flatten(this.#now, 'flatten');
        break;
      case 'cancel-entries':
        desk.cancelEntries(this.#now, 'told so');
        break;
      case 'halt':
        broker.isHalted = !broker.isHalted;
        break;
      case 'foreign':
        this.#placeElsewhere();
        break;
      case 'wait':
        this.#pass(value % 10 === 0 ? 6_000 : value);
        break;
    }
    this.#take();
  }

  #enter(quantity: number, isLong: boolean): void {
    const desk = this.#desk;
    if (desk.bracket !== undefined || desk.portfolio.position !== 0) return;
    const sign = isLong ? 1 : -1;
    const entered = desk.enterBracket(
      {
        side: isLong ? 'buy' : 'sell',
        limitPrice: PRICE,
        stopPrice: PRICE - sign * 20 * CENT,
        targetPrice: PRICE + sign * 50 * CENT,
        quantity,
      },
      this.#now,
    );
    if ('denial' in entered) return;
    this.#sign = sign;
    this.#limit = quantity;
  }

  #fill(role: 'ENTRY' | 'STOP' | 'TARGET', quantity: number): void {
    const order = this.#broker.find(role);
    if (order !== undefined) this.#broker.fill(order, quantity);
  }

  /** Somebody else's order at the same account. */
  #placeElsewhere(): void {
    const id = `hand-${++this.#foreign}`;
    this.#broker.book.set(id, {
      request: {
        id,
        side: 'buy',
        type: 'limit',
        price: PRICE,
        quantity: 10,
        tif: 'day',
        role: 'ENTRY',
        reduceOnly: false,
      },
      status: 'working',
      quantity: 10,
      filled: 0,
      price: PRICE,
      stopPrice: undefined,
      reason: '',
    });
  }

  /** The desk is dropped, with all that it was told and had not taken in; some of what it sent still arrives. */
  #crash(value: number): void {
    const broker = this.#broker;
    broker.disconnect(value % 5);
    broker.forget();
    const { portfolio } = this.#createDesk();
    const rebuilt = rebuildDesk(this.#entries, portfolio, OPTIONS);
    const live = this.#desk.capture();
    if (!isDeepStrictEqual(rebuilt, live))
      this.wrong.push(`rebuilt ${JSON.stringify(rebuilt)} but was ${JSON.stringify(live)}`);
    this.#desk = this.#createDesk();
    this.#desk.restore(rebuilt);
    broker.connect();
    broker.forget();
    this.#desk.resume(this.#now);
  }

  /** Lets time pass, doing what is due on the way; what is sent and told meanwhile travels on only by steps. */
  #pass(ms: number): void {
    const until = this.#now + ms * NS_PER_MS;
    for (let turns = 0; turns < 50; turns++) {
      const due = Math.max(this.#now, this.#desk.nextTimer);
      if (due > until) break;
      this.#now = due;
      this.#broker.at(due);
      this.#desk.runTimers(due);
      this.#take();
      // a timer that stays due would be asked for again at once
      if (this.#desk.nextTimer <= due) {
        this.wrong.push('a timer that was run is due again');
        return;
      }
    }
    this.#now = until;
    this.#broker.at(until);
  }

  #take(): void {
    this.#desk.takeReports(this.#now);
  }

  #check(): void {
    const { bracket, orders, portfolio, venueStanding } = this.#desk;
    const { position } = portfolio;
    this.wrong.push(...this.#broker.offenses);
    // before the truth the fill of an entry may be missing, and its exit's be known
    const isSure = venueStanding === 'connected';
    if (isSure && (position * this.#sign < 0 || Math.abs(position) > this.#limit))
      this.wrong.push(`position ${position}, entered ${this.#sign * this.#limit}`);
    const isNaked =
      position !== 0 && bracket?.isProtected(orders) !== true && venueStanding === 'connected';
    if (!isNaked) this.#nakedSince = undefined;
    else this.#nakedSince ??= this.#now;
    if (this.#nakedSince === undefined) return;
    if (this.#alarms === 0) this.wrong.push('unprotected without an alarm');
    if (this.#now - this.#nakedSince > NS_PER_SECOND)
      this.wrong.push(`unprotected for ${(this.#now - this.#nakedSince) / NS_PER_MS} ms`);
  }

  /** Once everything is connected and told, desk and broker have the same; then the position can be closed. */
  #finish(): void {
    const broker = this.#broker;
    broker.isHalted = false;
    broker.rejectsNext = false;
    broker.rejectsNextChange = false;
    broker.connect();
    this.#calm();
    const { portfolio, orders, venueStanding } = this.#desk;
    if (venueStanding !== 'connected') this.wrong.push(`stands as ${venueStanding} in the end`);
    if (portfolio.position !== broker.position)
      this.wrong.push(`position ${portfolio.position}, broker ${broker.position}`);
    const ours = [...orders.working].map(({ request }) => request.id).sort();
    const theirs = [...broker.book.values()]
      .filter(({ request, status }) => status === 'working' && !request.id.startsWith('hand'))
      .map(({ request }) => request.id)
      .sort();
    if (ours.join() !== theirs.join())
      this.wrong.push(`working ${ours.join()}, broker ${theirs.join()}`);
    this.#check();
    this.#desk.flatten(this.#now, 'flatten');
    this.#calm();
    if (broker.position !== 0) this.wrong.push(`closed, but the broker holds ${broker.position}`);
    for (const { request, status } of broker.book.values()) {
      const isForeign = request.id.startsWith('hand');
      if ((status === 'working') !== isForeign)
        this.wrong.push(`${request.id} is ${status} when flat`);
    }
    const rebuilt = rebuildDesk(this.#entries, new Portfolio(STOCK, DAY), OPTIONS);
    if (!isDeepStrictEqual(rebuilt, this.#desk.capture()))
      this.wrong.push('the rebuilt desk is another');
  }

  #calm(): void {
    for (let i = 0; i < 6; i++) {
      this.#broker.settle();
      this.#take();
      this.#pass(1_100);
    }
  }

  #createDesk(): OrderDesk {
    const portfolio = new Portfolio(STOCK, DAY);
    const desk: OrderDesk = new OrderDesk({
      venue: this.#broker,
      risk: new RiskGate({ ...SPEC_RISK, enabled: false }, null),
      portfolio,
      market: {
        riskContext: () => ({
          ...CALM,
          now: this.#now,
          position: portfolio.position,
          venue: desk.venueStanding,
        }),
        touch: () => ({ bid: CALM.bestBid, ask: CALM.bestAsk }),
      },
      listener: createDeskJournal(
        {
          write: (ts, body) =>
            this.#entries.push({ sequence: this.#entries.length + 1, ts, body }) > 0,
          observer: {
            onDecision: () => undefined,
            onFill: () => undefined,
            onTrip: () => undefined,
            onOrderEvent: () => undefined,
            onAlarm: (level) => {
              if (level === 'critical') this.#alarms++;
            },
          },
        },
        () => this.#now,
        {
          onTraded: () => undefined,
          onViolation: (rule) => void this.wrong.push(`violated: ${rule}`),
        },
        portfolio,
      ),
      ...OPTIONS,
      entryTimeoutSecs: 5,
    });
    return desk;
  }
}

/** What goes wrong in a history; nothing when all holds. */
export function playHistory(steps: readonly Step[]): readonly string[] {
  const history = new BracketHistory();
  history.play(steps);
  return history.wrong;
}

/** The shortest part of a failing history that fails, too. */
export function shrinkHistory(steps: readonly Step[]): readonly Step[] {
  let kept = steps;
  for (let before = -1; before !== kept.length; ) {
    before = kept.length;
    for (let part = Math.max(1, kept.length >> 1); part >= 1; part >>= 1) {
      for (let at = kept.length - part; at >= 0; at -= part) {
        const fewer = kept.toSpliced(at, part);
        if (playHistory(fewer).length > 0) kept = fewer;
      }
    }
  }
  return kept;
}
