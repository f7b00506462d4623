import { IbkrVenue } from '../../../src/adapters/ibkr/ibkr-venue.ts';
import type { GatewayExecution } from '../../../src/adapters/ibkr-gateway/account.ts';
import type { ChildRules } from '../../../src/adapters/ibkr-gateway/broker-orders.ts';
import type { Fault } from '../../../src/adapters/ibkr-gateway/fault.ts';
import type { GatewayOrder } from '../../../src/adapters/ibkr-gateway/gateway-order.ts';
import {
  type HandledGateway,
  startFakeGateway,
} from '../../../src/app/gateway/start-fake-gateway.ts';
import { notionalOf } from '../../../src/domain/money.ts';
import type { OrderReport } from '../../../src/domain/order.ts';
import { toPriceNumber } from '../../../src/domain/price.ts';
import { signOf } from '../../../src/domain/side.ts';
import { dayOf, NS_PER_MS } from '../../../src/domain/time.ts';
import { OrderDesk, type OrderDeskState } from '../../../src/execution/order-desk.ts';
import { Portfolio } from '../../../src/execution/portfolio.ts';
import { RiskGate } from '../../../src/risk/risk-gate.ts';
import { LineRig } from '../../adapters/ibkr/gateway-line-rig.ts';
import { nanosOf } from '../../support/exchange-rig.ts';
import { STOCK } from '../../support/market-rig.ts';
import { CALM, SPEC_RISK } from '../../support/risk-context.ts';
import type { VirtualTime } from './virtual-time.ts';

export const ACCOUNT = 'DU1234567';
export const CLIENT_ID = 7;
const DAY_MS = Date.UTC(2026, 10, 20);
const OPEN_MS = 15 * 3_600_000;
const POLL_MS = 10;
/** Market time in which an open position must be protected or on its way out: a second, and what a look at the clock is late here. */
const NAKED_MS = 1_000 + 2 * POLL_MS;
/** Market time in which all agrees again once the gateway can be reached. */
const BACK_MS = 5_000;

/** Far from every number that a run of a history uses up. */
const ESTIMATED_MICROS = 1_100_000;

/** What was found wrong, and how close it came. */
export interface StageFigures {
  /** Longest time that a position was open without protection while the broker could be reached, market ms. */
  nakedMs: number;
  /** The same with the connection down or this process dead: nothing can be sent then. */
  nakedCutMs: number;
  /** Longest time from a reachable gateway to agreement, market ms. */
  backMs: number;
  fills: number;
  orders: number;
  cuts: number;
  starts: number;
}

/**
 * The desk with the adapter and the real client library at a fake gateway, in virtual time with the adapter's own patience. At every
 * moment it looks at the broker's side: what is held, what protects it, what was sent twice.
 */
export class DeskStage {
  readonly time: VirtualTime;
  readonly violations: string[] = [];
  readonly words: string[] = [];
  readonly alarms: string[] = [];
  readonly reports: OrderReport[] = [];
  readonly figures: StageFigures = {
    nakedMs: 0,
    nakedCutMs: 0,
    backMs: 0,
    fills: 0,
    orders: 0,
    cuts: 0,
    starts: 0,
  };
  /** Takes all that is told, line by line. */
  onNote: (line: string) => void = () => undefined;
  readonly #gateway: HandledGateway;
  readonly #origin: number;
  #venue: IbkrVenue | undefined;
  #desk: OrderDesk | undefined;
  #line: LineRig | undefined;
  #poll: NodeJS.Timeout | undefined;
  #kept: OrderDeskState | undefined;
  #positionBefore = 0;
  /** What is sent now goes down with the connection, which is about to break. */
  isWireDead = false;
  #isStalled = false;
  #downUntil = 0;
  #nakedSince: number | undefined;
  #cutNakedSince: number | undefined;
  #reachableSince: number | undefined;
  #isBackTold = false;
  #seenExecutions = 0;
  #held = 0;
  #foreign = 0;
  /** Orders that the broker ended against our will, counted: from each of them protection has a second anew. */
  #broken = 0;

  private constructor(time: VirtualTime, gateway: HandledGateway) {
    this.time = time;
    this.#gateway = gateway;
    this.#origin = time.nowMs;
  }

  static async open(time: VirtualTime, rules: ChildRules): Promise<DeskStage> {
    const origin = time.nowMs;
    const gateway = await startFakeGateway({
      account: ACCOUNT,
      rules,
      clock: () => DAY_MS + OPEN_MS + time.nowMs - origin,
    });
    gateway.quote(249.99, 250.01, 500, 500);
    const stage = new DeskStage(time, gateway);
    time.onMoment = () => stage.#look();
    await stage.start();
    return stage;
  }

  get gateway(): HandledGateway {
    return this.#gateway;
  }

  get desk(): OrderDesk | undefined {
    return this.#desk;
  }

  get venue(): IbkrVenue | undefined {
    return this.#venue;
  }

  get line(): LineRig | undefined {
    return this.#line;
  }

  /** Session time. */
  get now(): number {
    return Math.round((OPEN_MS + this.time.nowMs - this.#origin) * NS_PER_MS);
  }

  /** Bought less sold by our orders, by the broker's account. */
  get held(): number {
    return this.#held;
  }

  /** The process starts: what it knew is in its journal. Resolves when it trades, or has given up. */
  async start(port = this.#gateway.port, account = ACCOUNT): Promise<boolean> {
    this.figures.starts++;
    const line = new LineRig(port, CLIENT_ID);
    const venue = new IbkrVenue({
      openLine: line.open,
      allowedAccounts: [account],
      contract: { symbol: 'TEST', securityType: 'STK', exchange: 'SMART', currency: 'USD' },
      clientId: CLIENT_ID,
      idPrefix: 'r1-',
      clock: () => this.now,
      estimateCommission: () => ESTIMATED_MICROS,
      onWords: (words) => {
        this.words.push(words);
        this.#note(`words: ${words}`);
      },
    });
    let isBegun: boolean | undefined;
    venue.begin(20_000).then(
      () => {
        isBegun = true;
      },
      () => {
        isBegun = false;
      },
    );
    while (isBegun === undefined) await this.time.pass(50);
    if (!isBegun) return false;
    this.#line = line;
    this.#venue = venue;
    this.#positionBefore = venue.positionBefore;
    const desk = this.#makeDesk(venue);
    this.#desk = desk;
    if (this.#kept !== undefined) {
      desk.restore(this.#kept);
      desk.resume(this.now);
    }
    this.#poll = setInterval(() => undefined, POLL_MS);
    return true;
  }

  /** The process is killed: nothing is said to anybody, and what stood in no journal is gone. */
  kill(): void {
    if (this.#desk === undefined) return;
    this.#kept = structuredClone(this.#desk.capture());
    clearInterval(this.#poll);
    this.#venue?.close();
    this.#venue = undefined;
    this.#desk = undefined;
    this.#line = undefined;
  }

  async close(): Promise<void> {
    this.kill();
    this.time.onMoment = () => undefined;
    await this.#gateway.close();
    await this.time.settle();
  }

  fault(fault: Fault): void {
    if (fault.type === 'restart') this.#downUntil = this.time.nowMs + fault.downMs;
    if (fault.type === 'stall') this.#isStalled = true;
    if (fault.type === 'resume' || fault.type === 'clear') this.#isStalled = false;
    if (fault.type === 'clear') this.#downUntil = 0;
    if (['drop', 'restart', 'stall', 'line-lost'].includes(fault.type)) this.figures.cuts++;
    this.#gateway.fault(fault);
  }

  /** Whether both sides have come to the same, with nothing on its way. */
  get isSettled(): boolean {
    const { desk, venue } = this;
    return (
      desk !== undefined &&
      venue?.session.isUsable === true &&
      desk.venueStanding === 'connected' &&
      desk.portfolio.position === this.#held
    );
  }

  /** What has to be so once all has come to rest. */
  checkEnd(): void {
    const { desk } = this;
    if (desk === undefined) {
      this.violations.push('the process did not come up again');
      return;
    }
    const { venueStanding: standing, portfolio } = desk;
    if (standing !== 'connected') this.violations.push(`at the end the desk is ${standing}`);
    if (portfolio.position !== this.#held)
      this.violations.push(`a fill was missed: desk ${portfolio.position}, broker ${this.#held}`);
    const cash = portfolio.realizedMicros + portfolio.unrealizedAt(0) - portfolio.commissionMicros;
    const expected = this.#cashAtBroker();
    if (cash !== expected) this.violations.push(`money: desk ${cash}, broker ${expected} micros`);
    const counted = [...desk.orders.all].reduce((sum, { fills }) => sum + fills.length, 0);
    const told = this.#ownExecutions().length;
    if (counted !== told) this.violations.push(`fills: desk ${counted}, broker ${told}`);
    if (this.#held === 0 && desk.bracket === undefined)
      for (const order of this.#open().filter(({ terms }) => this.#isOfBracket(terms.orderRef)))
        this.violations.push(`flat, and ${order.terms.orderRef} is still open at the broker`);
    this.figures.fills = told;
    this.figures.orders = this.#gateway.orders.length;
  }

  #makeDesk(venue: IbkrVenue): OrderDesk {
    const nothing = (): void => undefined;
    const desk: OrderDesk = new OrderDesk({
      venue,
      risk: new RiskGate(
        {
          ...SPEC_RISK,
          ordersPerSecond: 50,
          dailyTrades: 1_000,
          ordersPerSession: 10_000,
          dailyLossUsd: 1e6,
        },
        null,
      ),
      portfolio: new Portfolio(STOCK, dayOf(2026, 6, 1)),
      market: {
        riskContext: () => ({
          ...CALM,
          now: CALM.now + (this.time.nowMs - this.#origin) * NS_PER_MS,
          position: desk.portfolio.position,
          ...desk.workingOrders,
          venue: desk.venueStanding,
        }),
        touch: () => ({ bid: CALM.bestBid, ask: CALM.bestAsk }),
      },
      listener: {
        onVerdict: nothing,
        onSubmit: ({ id, side, type, quantity }) => {
          this.#note(`sent ${id}: ${side} ${quantity} ${type}`);
          return true;
        },
        onChange: () => true,
        onCancel: ({ request }, reason) => this.#note(`cancel ${request.id}: ${reason}`),
        onReport: (report) => {
          this.reports.push(report);
          this.#note(shortOf(report));
        },
        onFlatten: nothing,
        onVenue: (venue, reason) => this.#note(`venue ${venue}: ${reason}`),
        onFill: nothing,
        onBracket: nothing,
        onTrip: nothing,
        onAlarm: (text) => {
          this.alarms.push(text);
          this.#note(`alarm: ${text}`);
        },
        onViolation: (rule, detail) => this.violations.push(`${rule}: ${detail}`),
      },
      idPrefix: 'r1-',
      entryTimeoutSecs: 5,
      multiplier: STOCK.multiplier,
      positionBefore: this.#positionBefore,
    });
    return desk;
  }

  /** Everything that must hold at every moment. */
  #look(): void {
    const { desk } = this;
    desk?.takeReports(this.now);
    if (desk !== undefined && desk.nextTimer <= this.now) desk.runTimers(this.now);
    this.#count();
    const reachable = this.#isReachable;
    const now = this.time.nowMs;
    this.#watchProtection(now, reachable);
    this.#watchReturn(now, reachable);
  }

  get #isReachable(): boolean {
    const { faults } = this.#gateway.gateway;
    return (
      this.time.nowMs >= this.#downUntil &&
      !this.#isStalled &&
      !this.isWireDead &&
      !faults.isLineLost &&
      !faults.takenIds.has(CLIENT_ID)
    );
  }

  #watchProtection(now: number, reachable: boolean): void {
    const isNaked = this.#held !== 0 && this.#protection() < Math.abs(this.#held);
    if (!isNaked) {
      this.#nakedSince = undefined;
      this.#cutNakedSince = undefined;
      return;
    }
    const canAct = reachable && this.#venue?.session.isUsable === true;
    if (!canAct) {
      this.#nakedSince = undefined;
      this.#cutNakedSince ??= now;
      this.figures.nakedCutMs = Math.max(this.figures.nakedCutMs, now - this.#cutNakedSince);
      return;
    }
    const broken = this.#endedAgainstUs();
    if (broken !== this.#broken) this.#nakedSince = now;
    this.#broken = broken;
    this.#nakedSince ??= now;
    const lasted = now - this.#nakedSince;
    if (lasted > NAKED_MS && this.figures.nakedMs <= NAKED_MS)
      this.violations.push(
        `a position of ${this.#held} was without protection for more than ${NAKED_MS} ms: ${this.#told()}`,
      );
    this.figures.nakedMs = Math.max(this.figures.nakedMs, lasted);
  }

  #watchReturn(now: number, reachable: boolean): void {
    if (!reachable || this.#desk === undefined) {
      this.#reachableSince = undefined;
      this.#isBackTold = false;
      return;
    }
    this.#reachableSince ??= now;
    if (this.#desk.venueStanding === 'connected' && this.#venue?.session.isUsable === true) {
      this.#reachableSince = now;
      this.#isBackTold = false;
      return;
    }
    const lasted = now - this.#reachableSince;
    if (lasted > BACK_MS && !this.#isBackTold) {
      this.#isBackTold = true;
      this.violations.push(
        `not back ${lasted} ms after the gateway: desk ${this.#desk.venueStanding}, session ${this.#venue?.session.state}; ${this.#told()}`,
      );
    }
    this.figures.backMs = Math.max(this.figures.backMs, lasted);
  }

  /** Executions that are new: what each of them may have done, and orders that came twice. */
  #count(): void {
    const { executions, orders } = this.#gateway;
    for (; this.#seenExecutions < executions.length; this.#seenExecutions++) {
      const execution = executions[this.#seenExecutions];
      if (execution === undefined || !execution.id.endsWith('.01')) continue;
      const signed = signOf(execution.side) * execution.quantity;
      if (!isOurs(execution)) {
        this.#foreign += signed;
        continue;
      }
      const request = this.#desk?.orders.find(execution.orderRef)?.request;
      const isExit = request?.reduceOnly === true;
      if (
        isExit &&
        (Math.sign(this.#held) !== -Math.sign(signed) || Math.abs(signed) > Math.abs(this.#held))
      )
        this.violations.push(
          `${execution.orderRef} only reduces, and traded ${signed} of a position of ${this.#held}`,
        );
      this.#held += signed;
      this.#note(
        `broker: ${execution.orderRef} ${signed} at ${toPriceNumber(execution.price)}, holds ${this.#held}`,
      );
    }
    if (this.#held + this.#foreign !== this.#gateway.position)
      this.violations.push(
        `the account holds ${this.#gateway.position}, not ${this.#held} and ${this.#foreign}`,
      );
    if (orders.length === this.#countedOrders) return;
    this.#countedOrders = orders.length;
    const names = orders.map(({ terms }) => terms.orderRef).filter((name) => name !== '');
    if (new Set(names).size !== names.length) this.violations.push('an order came twice');
  }

  #countedOrders = 0;

  #open(): GatewayOrder[] {
    return this.#gateway.orders.filter(
      (order) => order.clientId === CLIENT_ID && !order.isHeld && !order.isOver,
    );
  }

  /** Shares that stops and market orders of ours would close, as they stand at the market. */
  #protection(): number {
    const side = this.#held > 0 ? 'sell' : 'buy';
    let sum = 0;
    for (const order of this.#open()) {
      const { type, side: closing } = order.terms;
      if (closing !== side || (type !== 'STP' && type !== 'MKT')) continue;
      if (order.isWorking) sum += order.marketBase + order.marketTotal - order.filled;
      else if (order.foundTooLittle !== undefined) sum += order.remaining;
    }
    return sum;
  }

  #isOfBracket(id: string): boolean {
    return this.#desk?.orders.find(id)?.request.ocoGroup !== undefined;
  }

  #endedAgainstUs(): number {
    let ended = 0;
    for (const { status, clientId } of this.#gateway.orders)
      if (clientId === CLIENT_ID && (status === 'Cancelled' || status === 'Inactive')) ended++;
    return ended;
  }

  #ownExecutions(): GatewayExecution[] {
    const last = new Map<string, GatewayExecution>();
    for (const execution of this.#gateway.executions)
      if (isOurs(execution))
        last.set(execution.id.slice(0, execution.id.lastIndexOf('.')), execution);
    return [...last.values()];
  }

  #cashAtBroker(): number {
    let cash = 0;
    for (const { side, price, quantity, commissionMicros } of this.#ownExecutions())
      cash -= signOf(side) * notionalOf(price, quantity, STOCK.multiplier) + commissionMicros;
    return cash;
  }

  #note(line: string): void {
    this.onNote(`  ${this.time.nowMs - this.#origin} ms ${line}`);
  }

  #told(): string {
    const open = this.#open().map(
      ({ terms, status, remaining }) => `${terms.orderRef} ${terms.type} ${status} ${remaining}`,
    );
    return `open at the broker: ${open.join(', ') || 'nothing'}`;
  }
}

function isOurs({ clientId }: { readonly clientId: number }): boolean {
  return clientId === CLIENT_ID;
}

function shortOf(report: OrderReport): string {
  const { type, orderId } = report;
  if (type === 'order-filled') return `told ${type} ${orderId} ${report.fill.quantity}`;
  const figures = Object.entries(report).filter(
    ([name]) => !['type', 'orderId', 'ts'].includes(name),
  );
  return `told ${type} ${orderId} ${JSON.stringify(Object.fromEntries(figures))}`;
}

export { nanosOf };
