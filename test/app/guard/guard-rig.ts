import type { HandledGateway } from '../../../src/app/gateway/start-fake-gateway.ts';
import { GuardDuty } from '../../../src/app/guard/guard-duty.ts';
import type { GuardNotice, GuardOptions } from '../../../src/app/guard/guard-port.ts';
import { pause, startGateway, VenueRig } from '../../adapters/ibkr/venue-rig.ts';
import { GatewayWatch, guardOptions } from '../../support/guarded-run.ts';

const PATIENCE_MS = 4_000;

/** A guard in this process, between a fake gateway and the adapter of a run. */
export class GuardRig {
  readonly gateway: HandledGateway;
  readonly watch: GatewayWatch;
  readonly duty: GuardDuty;
  readonly run: VenueRig;
  readonly notices: GuardNotice[] = [];
  readonly log: { readonly type: string; readonly fields: Readonly<Record<string, unknown>> }[] =
    [];
  readonly orderPort: number;
  isEnded = false;

  private constructor(
    gateway: HandledGateway,
    duty: GuardDuty,
    run: VenueRig,
    told: {
      readonly notices: GuardNotice[];
      readonly log: GuardRig['log'];
      readonly orderPort: number;
    },
  ) {
    this.gateway = gateway;
    this.watch = new GatewayWatch(gateway);
    this.duty = duty;
    this.run = run;
    this.notices = told.notices;
    this.log = told.log;
    this.orderPort = told.orderPort;
    void duty.ended.then(() => (this.isEnded = true));
  }

  static async start(
    options: Partial<GuardOptions> = {},
    given?: HandledGateway,
  ): Promise<GuardRig> {
    const gateway = given ?? (await startGateway());
    const notices: GuardNotice[] = [];
    const log: GuardRig['log'] = [];
    const duty = new GuardDuty(guardOptions(gateway.port, '', options), {
      tell: (notice) => notices.push(notice),
      log: (type, fields) => log.push({ type, fields }),
      times: { close: 150, lag: 300 },
    });
    const orderPort = await duty.begin(PATIENCE_MS);
    const run = new VenueRig(gateway, {}, orderPort);
    await run.venue.begin(PATIENCE_MS);
    return new GuardRig(gateway, duty, run, { notices, log, orderPort });
  }

  /** A bracket of 100 shares that is filled: 100 held, stop and target working. */
  async open(quantity = 100): Promise<void> {
    const before = this.gateway.orders.length;
    this.run.bracket(quantity);
    await this.until(() => this.gateway.orders.length === before + 3);
    this.gateway.quote(249.97, 249.99, quantity, quantity);
    await this.until(() => this.gateway.position === quantity, 'the entry does not fill');
    this.gateway.quote(249.99, 250.01, 500, 500);
    await this.run.settle();
  }

  get alive(): number {
    return this.gateway.orders.filter((order) => !order.isOver).length;
  }

  told(type: GuardNotice['type']): GuardNotice | undefined {
    return this.notices.find((notice) => notice.type === type);
  }

  async until(isSo: () => boolean, what = 'it is not so'): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!isSo()) {
      if (performance.now() > end)
        throw new Error(`${what}: ${JSON.stringify(this.log)} ${JSON.stringify(this.notices)}`);
      await pause(2);
    }
  }

  async close(): Promise<void> {
    this.run.venue.close();
    this.duty.terminate();
    await this.gateway.close();
  }
}
