import type { RunOptions } from '../../app/run-options.ts';
import { parseClock, parseDay } from '../../domain/time.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import { UsageError } from '../usage-error.ts';
import { dataOf, type RunHandlers } from './run.ts';

const PAPER_PORT = 7497;
const PAPER_ACCOUNT = 'DU1234567';

/** How the gateway is started, whatever its market. */
export interface GatewayStart {
  readonly port: number;
  readonly control: number | undefined;
  readonly account: string;
  readonly cash: number | undefined;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What the gateway needs of the composition. Both run until the signal. */
export interface FakeGatewayHandlers extends Pick<RunHandlers, 'demoSession'> {
  playGateway(
    options: Pick<RunOptions, 'settings' | 'data' | 'date' | 'from' | 'to' | 'speed'>,
    start: GatewayStart,
  ): Promise<void>;
  handleGateway(
    quote: { readonly symbol: string; readonly bid: number; readonly ask: number },
    start: GatewayStart,
  ): Promise<void>;
}

export function fakeGatewayCommand(handlers: FakeGatewayHandlers): Command {
  return {
    name: 'fake-gateway',
    help: "A stand-in for TWS or IB Gateway on this machine, to try paper mode without an account: Interactive Brokers' wire protocol, a market played from data",
    positionals: [],
    options: {
      port: { type: 'text', help: 'where it listens', otherwise: String(PAPER_PORT) },
      control: {
        type: 'text',
        help: 'a second port that takes faults and quotes, one JSON object a line',
        otherwise: 'none',
      },
      account: { type: 'text', help: 'name of its account', otherwise: PAPER_ACCOUNT },
      cash: { type: 'text', help: 'what the account begins with, dollars', otherwise: '100000' },
      quote: {
        type: 'text',
        help: 'BID,ASK: no data, but a market that begins with these and is set through the control line',
      },
      sim: { type: 'flag', help: 'the generated market instead of recorded data' },
      data: { type: 'list', help: 'files or a folder, as a run has them' },
      symbol: { type: 'text', help: 'the instrument, where the data hold several' },
      date: { type: 'text', help: 'as a run has it' },
      from: { type: 'text', help: 'as a run has it' },
      to: { type: 'text', help: 'as a run has it' },
      speed: { type: 'text', help: 'multiple of real time', otherwise: '1' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      given.exclusive('sim', 'data', 'quote');
      const settings = readSettings(given, terminal);
      const start: GatewayStart = {
        port: given.parsed('port', 'a port', parsePort) ?? PAPER_PORT,
        control: given.parsed('control', 'a port', parsePort),
        account: given.text('account') ?? PAPER_ACCOUNT,
        cash: given.whole('cash', 1),
        say: (line) => terminal.stderr.write(`${line}\n`),
        signal: terminal.signal,
      };
      const quote = given.parsed('quote', 'two prices as BID,ASK', parseQuote);
      const { symbol } = settings.config;
      if (quote !== undefined) {
        await handlers.handleGateway({ symbol, ...quote }, start);
        return EXIT.done;
      }
      // clients live in real time, unless another pace is asked for
      const isUsual = settings.origins.get('speed') === 'built-in';
      const speed = isUsual ? 1 : settings.config.speed;
      if (speed === 'max') throw new UsageError('--speed: a gateway is for clients in real time');
      const date = given.parsed('date', 'a day as YYYYMMDD', parseDay);
      const data = given.flag('sim') ? [] : await dataOf(given, terminal, settings, date, handlers);
      const from = given.parsed('from', 'an exchange time as HH:MM[:SS]', parseClock);
      const to = given.parsed('to', 'an exchange time as HH:MM[:SS]', parseClock);
      await handlers.playGateway({ settings, data, date, from, to, speed }, start);
      return EXIT.done;
    },
  };
}

function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  return port !== undefined && port <= 65_535 ? port : undefined;
}

function parseQuote(text: string): { bid: number; ask: number } | undefined {
  const match = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) return undefined;
  const [bid, ask] = [Number(match[1]), Number(match[2])];
  return bid > 0 && ask > bid ? { bid, ask } : undefined;
}
