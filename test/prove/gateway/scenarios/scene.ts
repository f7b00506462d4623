import type { ChildRules } from '../../../../src/adapters/ibkr-gateway/broker-orders.ts';
import type { Fault } from '../../../../src/adapters/ibkr-gateway/fault.ts';
import type { OrderStatus } from '../../../../src/domain/order.ts';
import { type DeskStage, nanosOf } from '../desk-stage.ts';

/** The ids of the first bracket's orders. */
export const ENTRY = 'r1-1';
export const STOP = 'r1-2';
export const TARGET = 'r1-3';
export const QUANTITY = 60;
export const USUAL_RULES: ChildRules = {
  activation: 'filled-part',
  afterPartialCancel: 'work-on',
};

/** A named thing that goes wrong, played at the fake gateway. What holds of every history is checked of it as well. */
export interface Scenario {
  readonly name: string;
  readonly rules?: ChildRules;
  play(scene: Scene): Promise<void>;
}

/** What a scenario does and looks at: a long bracket of 60 shares, 249.99 with a stop at 249.80 and a target at 250.50. */
export class Scene {
  readonly stage: DeskStage;

  constructor(stage: DeskStage) {
    this.stage = stage;
  }

  pass(ms: number): Promise<void> {
    return this.stage.time.pass(ms);
  }

  fault(fault: Fault): void {
    this.stage.fault(fault);
  }

  /** Sends a bracket, and lets the broker answer. */
  async enter(limit = 249.99): Promise<void> {
    this.stage.desk?.enterBracket(
      {
        side: 'buy',
        limitPrice: nanosOf(limit),
        stopPrice: nanosOf(249.8),
        targetPrice: nanosOf(250.5),
        quantity: QUANTITY,
      },
      this.stage.now,
    );
    await this.pass(20);
  }

  /** Sends a bracket that fills. */
  async hold(): Promise<void> {
    await this.enter();
    await this.trade(249.99, QUANTITY);
  }

  async trade(price: number, size: number): Promise<void> {
    this.stage.gateway.trade(price, size);
    await this.pass(20);
  }

  flatten(): void {
    this.stage.desk?.flatten(this.stage.now, 'flatten');
  }

  cancelEntries(): void {
    this.stage.desk?.cancelEntries(this.stage.now, 'by hand');
  }

  moveStop(price: number): void {
    this.stage.desk?.change({ id: STOP, stopPrice: nanosOf(price) }, this.stage.now);
  }

  /** Plain order to buy a share below the market. */
  place(id: string, price: number): void {
    this.stage.desk?.place(
      {
        id,
        side: 'buy',
        type: 'limit',
        price: nanosOf(price),
        quantity: 1,
        tif: 'day',
        role: 'ENTRY',
        reduceOnly: false,
      },
      this.stage.now,
    );
  }

  get position(): number {
    return this.stage.desk?.portfolio.position ?? Number.NaN;
  }

  statusOf(id: string): OrderStatus | undefined {
    return this.stage.desk?.orders.find(id)?.status;
  }

  /** The broker's words about how an order ended. */
  reasonOf(id: string): string {
    return this.stage.desk?.orders.find(id)?.reason ?? '';
  }

  must(what: string, isSo: boolean): void {
    if (!isSo) this.stage.violations.push(what);
  }

  mustEqual(what: string, found: unknown, expected: unknown): void {
    this.must(`${what}: ${String(found)} in place of ${String(expected)}`, found === expected);
  }

  /** It has to become so within market time. */
  async soon(what: string, isSo: () => boolean, withinMs: number): Promise<void> {
    const end = this.stage.time.nowMs + withinMs;
    while (!isSo() && this.stage.time.nowMs < end) await this.pass(10);
    this.must(`${what}, within ${withinMs} ms`, isSo());
  }

  mustSay(pattern: RegExp): void {
    const said = [...this.stage.words, ...this.stage.alarms];
    this.must(
      `nobody said ${pattern}`,
      said.some((words) => pattern.test(words)),
    );
  }

  get isUsable(): boolean {
    return this.stage.venue?.session.isUsable === true;
  }

  async isBack(): Promise<void> {
    await this.pass(20);
    await this.soon('it is not back', () => this.stage.isSettled, 5_000);
  }

  /** How often the broker got an order with that id of ours. */
  arrivalsOf(id: string): number {
    return this.stage.gateway.orders.filter(({ terms }) => terms.orderRef === id).length;
  }

  /** An order of ours as the broker has it. */
  atBroker(id: string) {
    return this.stage.gateway.orders.find(({ terms }) => terms.orderRef === id);
  }

  /** Sends one that the connection takes along: ours has left, nobody got it. */
  async loseOnWire(send: () => void): Promise<void> {
    const { line } = this.stage;
    if (line !== undefined) line.losesNext = true;
    send();
    await this.pass(5);
    this.fault({ type: 'drop' });
    await this.stage.time.settle();
    if (line !== undefined) line.losesNext = false;
  }
}
