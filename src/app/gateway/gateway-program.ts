import { ControlLine, type HandCommand } from '../../adapters/ibkr-gateway/control-line.ts';
import type { FakeGateway } from '../../adapters/ibkr-gateway/fake-gateway.ts';
import { Random } from '../../domain/random.ts';
import { OrderBook } from '../../market/book/order-book.ts';
import { SimulatedExchange } from '../../simulation/exchange/simulated-exchange.ts';
import { openGeneratedFeed } from '../generated-feed.ts';
import { instrumentOf, openSessionFeed } from '../session-setup.ts';
import { windowOf } from '../session-window.ts';
import type { VenuePlan } from '../venue/start-venue.ts';
import { statusOf, truthOf } from './gateway-truth.ts';
import { MatchedMarket } from './matched-market.ts';
import { playData } from './play-data.ts';
import {
  createGateway,
  type GatewayManners,
  NO_LATENCY,
  startFakeGateway,
} from './start-fake-gateway.ts';

/** A gateway that runs until the signal. */
interface GatewayOptions extends GatewayManners {
  readonly port: number;
  /** Port of the control line; `undefined`: there is none. */
  readonly control: number | undefined;
  /** Told where it listens, in one line. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Plays a session's data at a gateway, until the signal; after the end of the data the market stands still. */
export async function runDataGateway(
  plan: VenuePlan,
  speed: number,
  options: GatewayOptions,
): Promise<void> {
  const { session, files, symbol } = plan;
  const { instrument, settings, day, history } = session;
  const feed =
    files.length === 0 ? openGeneratedFeed(session) : await openSessionFeed(files, symbol);
  const { depth, levels, groupEnds } = feed.description;
  const book = new OrderBook(instrument.tickNanos);
  const exchange = new SimulatedExchange({
    book,
    instrument,
    execution: settings.execution,
    latency: NO_LATENCY,
    random: new Random(settings.seed),
    day,
    depth,
    knownLevels: levels,
    groupEnds,
  });
  const window = windowOf(plan);
  const market = new MatchedMarket({ book, exchange, day, from: Number.NEGATIVE_INFINITY });
  const totals = history.sessions.flatMap((cumulative) => cumulative.at(-1) ?? []);
  const averageVolume =
    totals.length === 0
      ? undefined
      : Math.round(totals.reduce((sum, total) => sum + total, 0) / totals.length);
  const gateway = createGateway(market, instrument, {
    ...options,
    history: { bars: [], averageVolume },
  });
  let control: ControlLine | undefined;
  const begun = Promise.withResolvers<void>();
  const played = playData(market, feed, {
    day,
    ...window,
    speed,
    signal: options.signal,
    onBegin: () => begun.resolve(),
  });
  try {
    await Promise.race([begun.promise, played]);
    if (!options.signal.aborted)
      control = await open(gateway, instrument.symbol, options, () => market.now);
    await played;
    if (!options.signal.aborted) market.finish();
    await untilAborted(options.signal);
  } finally {
    control?.close();
    await gateway.close();
    await feed.close();
  }
}

/** A gateway without data, until the signal: its market begins with one bid and ask and is set through the control line. */
export async function runHandledGateway(
  quote: { readonly symbol: string; readonly bid: number; readonly ask: number },
  options: GatewayOptions,
): Promise<void> {
  const { instrument } = instrumentOf(quote.symbol, '');
  const handled = await startFakeGateway({ ...options, instrument });
  handled.quote(quote.bid, quote.ask);
  const hand = (command: HandCommand): void => {
    if (command.type === 'quote')
      handled.quote(command.bid, command.ask, command.bidSize, command.askSize);
    else if (command.type === 'trade') handled.trade(command.price, command.size);
    else handled.halt(command.isOn);
  };
  let control: ControlLine | undefined;
  try {
    control = await openControl(handled.gateway, options, hand, Date.now);
    options.say(listensText(quote.symbol, handled.port));
    await untilAborted(options.signal);
  } finally {
    control?.close();
    await handled.close();
  }
}

async function open(
  gateway: FakeGateway,
  symbol: string,
  options: GatewayOptions,
  marketMs: () => number,
): Promise<ControlLine | undefined> {
  const port = await gateway.listen(options.port);
  const control = await openControl(gateway, options, undefined, marketMs);
  options.say(listensText(symbol, port));
  return control;
}

async function openControl(
  gateway: FakeGateway,
  { control: port, say }: GatewayOptions,
  hand: ((command: HandCommand) => void) | undefined,
  marketMs: () => number,
): Promise<ControlLine | undefined> {
  if (port === undefined) return undefined;
  const line = new ControlLine({
    fault: (fault) => gateway.fault(fault),
    status: () => statusOf(gateway, marketMs()),
    truth: () => truthOf(gateway),
    hand,
  });
  say(`The control line listens on port ${await line.listen(port)}.`);
  return line;
}

function listensText(symbol: string, port: number): string {
  return `The fake gateway trades ${symbol} and listens on port ${port}.`;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
