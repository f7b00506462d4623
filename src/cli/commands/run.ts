import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseReportFormat, REPORT_ENDINGS } from '../../app/report-formats.ts';
import type { RunOptions } from '../../app/run-options.ts';
import type { ResolvedConfig } from '../../config/load-config.ts';
import { parseClock, parseDay } from '../../domain/time.ts';
import { UnreachableError } from '../../platform/unreachable-error.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { findData } from '../find-data.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** What a run needs of the composition. */
export interface RunHandlers {
  /** Makes the demo session where there is no data yet, and returns its file. */
  demoSession(settings: ResolvedConfig, workingFolder: string): Promise<string>;
  /** Why a run without a mode is to be a paper run, in words; `undefined`: nothing speaks for it. */
  whyPaper(settings: ResolvedConfig): Promise<string | undefined>;
  /** Runs until the end and resolves with the exit code. */
  run(options: RunOptions, terminal: Terminal): Promise<number>;
}

/** Those that ask a model. */
const MODEL_PROVIDERS = ['grok', 'openai', 'ollama', 'compatible'];
/** Those that are there. */
const PROVIDERS = ['rules', 'script', 'replay', ...MODEL_PROVIDERS];
/** What only a market of the past has. */
const OF_RECORDED_DATA = ['data', 'date', 'from', 'orders', 'cassette', 'venue'] as const;

export function runCommand(handlers: RunHandlers): Command {
  return {
    name: '',
    help: 'Trade: on paper through TWS or IB Gateway, recorded data with --backtest, a generated market with --sim',
    positionals: [],
    options: {
      backtest: { type: 'flag', help: 'play recorded market data' },
      sim: { type: 'flag', help: 'trade a generated market' },
      paper: {
        type: 'flag',
        help: 'trade a paper account through TWS or IB Gateway; the usual mode where one answers',
      },
      live: { type: 'flag', help: 'trade with real money, after a typed confirmation' },
      symbol: { type: 'text', help: 'instrument', otherwise: 'TSLA; in a backtest the file’s own' },
      data: {
        type: 'list',
        help: 'files or a folder: .dbn, .dbn.zst, a LOBSTER zip or message file; Databento’s definition and status files of the day are taken too, named or lying beside',
        otherwise: 'FSD_DATA, then ./BacktestData, else the demo session is generated',
      },
      date: { type: 'text', help: 'trading day of the data, YYYYMMDD', otherwise: 'the latest' },
      from: {
        type: 'text',
        help: 'trade from this exchange time, HH:MM[:SS]',
        otherwise: 'the session’s open',
      },
      to: {
        type: 'text',
        help: 'stop at this exchange time, HH:MM[:SS]',
        otherwise: 'the session’s close',
      },
      speed: {
        type: 'text',
        help: 'multiple of real time, or max',
        otherwise: '100; headless max; on paper 1',
      },
      provider: {
        type: 'text',
        help: 'who decides: rules, grok, openai, ollama, compatible, replay with --cassette, or script with --orders',
        otherwise: 'rules; grok where XAI_API_KEY or GROK_API_KEY is set',
      },
      model: { type: 'text', help: 'the provider’s model' },
      'base-url': { type: 'text', help: 'where the provider answers' },
      profile: {
        type: 'text',
        help: 'checklist: a name in config/profiles or a file',
        otherwise: 'momentum',
      },
      record: { type: 'text', help: 'write every exchange with the model to this cassette' },
      cassette: { type: 'text', help: 'answer from this cassette (--provider replay)' },
      'decision-latency': {
        type: 'text',
        help: 'latency charged to every decision, ms',
        otherwise: 'as measured',
      },
      orders: {
        type: 'text',
        help: 'orders to play instead of deciding, one JSON object a line (--provider script)',
      },
      seed: { type: 'text', help: 'everything random in a simulation', otherwise: '7' },
      resume: {
        type: 'text',
        help: 'go on with the same run where it stopped: auto, or ask first',
        otherwise: 'begin anew; at a broker auto',
        choices: ['auto', 'ask'],
      },
      venue: {
        type: 'text',
        help: 'send orders to a venue in a process of its own: its socket or port, see fsd-tui venue',
        otherwise: 'the exchange is simulated inside',
      },
      headless: { type: 'flag', help: 'no screen: progress on stderr, the report on stdout' },
      json: { type: 'flag', help: 'the report as one JSON object; implies --headless' },
      report: { type: 'text', help: 'also write the report to this file: .json, .md or .html' },
      theme: {
        type: 'text',
        help: 'dark, light, color-blind, high-contrast or none',
        otherwise: 'dark',
      },
      ascii: { type: 'flag', help: 'draw with ASCII characters only' },
      'screen-reader': {
        type: 'flag',
        help: 'lines instead of a screen, keys and commands with Enter',
      },
      'no-color': { type: 'flag', help: 'without colors (as NO_COLOR)' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const options = await runOptionsOf(given, terminal, handlers);
      return handlers.run(options, terminal);
    },
  };
}

async function runOptionsOf(
  given: Arguments,
  terminal: Terminal,
  handlers: RunHandlers,
): Promise<RunOptions> {
  const settings = readSettings(given, terminal);
  const mode = modeOf(given) ?? (await usualMode(given, terminal, settings, handlers));
  const date = given.parsed('date', 'a day as YYYYMMDD', parseDay);
  const from = given.parsed('from', 'an exchange time as HH:MM[:SS]', parseClock);
  const to = given.parsed('to', 'an exchange time as HH:MM[:SS]', parseClock);
  if (from !== undefined && to !== undefined && from >= to) {
    throw new UsageError('--from: has to be before --to');
  }
  const reportFile = given.parsed(
    'report',
    `a file that ends in ${REPORT_ENDINGS.map((e) => `.${e}`).join(', ')}`,
    (path) =>
      parseReportFormat(path) === undefined ? undefined : resolve(terminal.workingFolder, path),
  );
  const resume = given.parsed('resume', 'auto or ask', (text) =>
    text === 'auto' || text === 'ask' ? text : undefined,
  );
  if (resume === 'ask' && !terminal.isInteractive)
    throw new UsageError('--resume ask: there is nobody to ask here; --resume auto goes on');
  checkMode(mode, settings);
  if (mode === 'paper' || mode === 'live') checkBrokerRun(mode, given, terminal, settings);
  checkProvider(given, settings);
  const isHeadless =
    given.flag('headless') ||
    given.flag('json') ||
    !terminal.stdout.isTTY ||
    !terminal.isInteractive;
  return {
    mode,
    settings,
    data: mode === 'backtest' ? await dataOf(given, terminal, settings, date, handlers) : [],
    date,
    from,
    to,
    speed: speedOf(mode, isHeadless, settings),
    ordersFile: ordersFileOf(given, terminal, settings),
    recordFile: recordFileOf(given, terminal),
    cassetteFile: cassetteFileOf(given, terminal, settings),
    environment: terminal.environment,
    resume,
    venue: venueAddress(given, terminal),
    isHeadless,
    output: given.flag('json') ? 'json' : 'text',
    reportFile,
    hasColor:
      !given.flag('no-color') &&
      (terminal.environment['NO_COLOR'] ?? '') === '' &&
      settings.config.screen.theme !== 'none',
  };
}

/** The mode that was asked for; `undefined`: none was. */
function modeOf(given: Arguments): RunOptions['mode'] | undefined {
  given.exclusive('backtest', 'sim', 'paper', 'live');
  if (given.flag('backtest')) return 'backtest';
  if (given.flag('sim')) return 'simulation';
  if (given.flag('paper')) return 'paper';
  return given.flag('live') ? 'live' : undefined;
}

/**
 * The mode of a run that names none: paper is what the program is for. Where data are named, or nothing listens where a gateway
 * would, nobody has set one up and nothing is left at one, recorded data are replayed.
 */
async function usualMode(
  given: Arguments,
  terminal: Terminal,
  settings: ResolvedConfig,
  handlers: RunHandlers,
): Promise<RunOptions['mode']> {
  if (given.list('data').length > 0) return 'backtest';
  if ((await handlers.whyPaper(settings)) !== undefined) return 'paper';
  const { host, paperPort } = settings.config.broker;
  terminal.stderr.write(
    `No TWS or IB Gateway at ${host}:${paperPort}, so nothing is traded: recorded data are replayed (--paper insists, README: “Paper trading”).\n`,
  );
  return 'backtest';
}

function checkMode(mode: RunOptions['mode'], settings: ResolvedConfig): void {
  if (!settings.config.risk.enabled && mode !== 'backtest') {
    throw new UsageError('risk.enabled=false exists in a backtest only');
  }
}

function checkBrokerRun(
  mode: 'paper' | 'live',
  given: Arguments,
  terminal: Terminal,
  settings: ResolvedConfig,
): void {
  for (const name of OF_RECORDED_DATA)
    if (name === 'data' ? given.list(name).length > 0 : given.text(name) !== undefined)
      throw new UsageError(`--${name}: a ${mode} run is in the present; --backtest has it`);
  const { provider } = settings.config.brain;
  if (provider === 'script' || provider === 'replay')
    throw new UsageError(`--provider ${provider}: in a backtest or simulation alone`);
  if (mode === 'live' && !terminal.isInteractive)
    throw new UsageError('--live: account and limits are confirmed by hand, at a terminal');
}

/** At a broker it is the present; only a market that `fake-gateway` plays goes faster, and the run with it. */
function speedOf(
  mode: RunOptions['mode'],
  isHeadless: boolean,
  { config, origins }: ResolvedConfig,
): RunOptions['speed'] {
  const isUsual = origins.get('speed') === 'built-in';
  if (mode !== 'paper' && mode !== 'live') return isHeadless && isUsual ? 'max' : config.speed;
  if (isUsual) return 1;
  if (mode === 'live' || config.speed === 'max')
    throw new UsageError(
      '--speed: at a broker time goes as it goes; on paper it is that of fake-gateway',
    );
  return config.speed;
}

function checkProvider(given: Arguments, settings: ResolvedConfig): void {
  const { provider } = settings.config.brain;
  if (!PROVIDERS.includes(provider)) {
    throw new UnreachableError(
      `the provider ${provider} is not there yet; ${PROVIDERS.join(' and ')} (with --orders FILE) are`,
    );
  }
  const isModel = MODEL_PROVIDERS.includes(provider);
  for (const name of ['base-url', 'record', 'model']) {
    if (given.text(name) !== undefined && !isModel)
      throw new UsageError(`--${name}: the provider ${provider} asks no model`);
  }
}

/** The cassette to write, which must not be there yet. */
function recordFileOf(given: Arguments, terminal: Terminal): string | undefined {
  const path = given.text('record');
  if (path === undefined) return undefined;
  const file = resolve(terminal.workingFolder, path);
  if (existsSync(file))
    throw new UsageError(`--record: ${path} is there already; a cassette is never written over`);
  return file;
}

/** The cassette that answers. */
function cassetteFileOf(
  given: Arguments,
  terminal: Terminal,
  settings: ResolvedConfig,
): string | undefined {
  const isReplay = settings.config.brain.provider === 'replay';
  const path = given.text('cassette');
  if (isReplay && path === undefined)
    throw new UsageError('--provider replay needs --cassette FILE');
  if (!isReplay && path !== undefined) throw new UsageError('--cassette needs --provider replay');
  if (path === undefined) return undefined;
  const file = resolve(terminal.workingFolder, path);
  if (!existsSync(file)) throw new UsageError(`--cassette: there is no file ${path}`);
  return file;
}

function ordersFileOf(
  given: Arguments,
  terminal: Terminal,
  settings: ResolvedConfig,
): string | undefined {
  const isScript = settings.config.brain.provider === 'script';
  const path = given.text('orders');
  if (isScript && path === undefined) throw new UsageError('--provider script needs --orders FILE');
  if (!isScript && path !== undefined) throw new UsageError('--orders needs --provider script');
  if (path === undefined) return undefined;
  const file = resolve(terminal.workingFolder, path);
  if (!existsSync(file)) throw new UsageError(`--orders: there is no file ${path}`);
  return file;
}

/** A socket's path is looked for from the working folder; a port is one. */
function venueAddress(given: Arguments, terminal: Terminal): string | undefined {
  const address = given.text('venue');
  if (address === undefined || /^(?:[\w.-]+:)?\d+$/.test(address)) return address;
  return resolve(terminal.workingFolder, address);
}

export async function dataOf(
  given: Arguments,
  terminal: Terminal,
  settings: ResolvedConfig,
  date: number | undefined,
  handlers: Pick<RunHandlers, 'demoSession'>,
): Promise<readonly string[]> {
  const found = findData({
    given: given.list('data').map((path) => resolve(terminal.workingFolder, path)),
    fromEnvironment: terminal.environment['FSD_DATA'],
    workingFolder: terminal.workingFolder,
    symbol: settings.config.symbol,
    isSymbolChosen: settings.isSymbolChosen,
    date,
  });
  if (found !== undefined) return found;
  terminal.stderr.write(
    'No market data found (--data, FSD_DATA, ./BacktestData): the demo session is generated.\n',
  );
  return [await handlers.demoSession(settings, terminal.workingFolder)];
}
