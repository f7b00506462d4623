import { z } from 'zod';
import { LADDER_COLUMNS } from '../domain/ladder-column.ts';

/*
 * The one home of every setting: its key, its range, its meaning and its default. What the engine reads of it is
 * declared in domain/settings.ts. A profile's values are not here but in config/profiles/, one file a profile.
 */

const count = (meaning: string, value: number, min = 1) =>
  z.int().min(min).default(value).describe(meaning);
const positive = (meaning: string, value: number) =>
  z.number().positive().default(value).describe(meaning);
const atLeastZero = (meaning: string, value: number) =>
  z.number().min(0).default(value).describe(meaning);
const share = (meaning: string, value: number) =>
  z.number().gt(0).max(1).default(value).describe(meaning);
const budget = (span: string) =>
  z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe(`what a model may cost in ${span}, $; null: anything`);
const clock = (meaning: string, value: string) =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default(value)
    .describe(meaning);

const book = z.strictObject({
  imbalanceLevels: count('levels a side that L2_IMBALANCE adds up', 5),
  wallLevels: count('levels a side that are searched for walls', 20),
  wallMinSize: atLeastZero('a wall is larger than this, shares', 300),
  wallMinorRatio: positive('and larger than this multiple of the other levels’ mean', 3),
  wallMajorRatio: positive('a MAJOR wall: larger than this multiple', 5),
  stackLevels: count('levels in BID_STACK and ASK_STACK', 3),
  flowWindowSecs: positive('window of size added and pulled, s', 10),
});

const tape = z.strictObject({
  windowSecs: positive('window of velocity, sentiment and TAPE_DELTA_5S, s', 5),
  mediumTps: positive('TAPE_VELOCITY is MEDIUM from here, trades a second', 10),
  highTps: positive('and HIGH above this', 30),
  sentimentShare: z
    .number()
    .gt(0.5)
    .max(1)
    .default(0.65)
    .describe('share of the classified volume that one side must have'),
  sentimentMinTrades: count('classified trades below which the sentiment is NEUTRAL', 5, 0),
  largePrintSize: atLeastZero('a large print is of more than this, shares', 300),
  largePrintWindowSecs: positive('how long a large print is listed, s', 60),
  largePrintCount: count('large prints listed at most', 10),
});

const footprint = z.strictObject({
  imbalanceRatio: positive(
    'a tick is imbalanced when one side traded more than this multiple of the other',
    3,
  ),
  imbalanceMinSize: count('and at least this, shares', 50, 0),
  imbalanceCount: count('imbalances listed at most', 5),
});

const cvd = z.strictObject({
  slopeBars: count('one-minute bars that the slope is fitted over', 5, 2),
  trendSlope: z
    .number()
    .min(0)
    .max(1)
    .default(0.15)
    .describe('CVD_TREND is RISING above it, FALLING below its negative'),
});

const volumeProfile = z.strictObject({
  valueAreaShare: share('share of the session’s volume in the value area', 0.7),
  developingMins: positive('window of VP_DEVELOPING_POC, minutes', 15),
});

const absorption = z.strictObject({
  windowSecs: positive('window in which the volume counts, s', 10),
  minAgeSecs: atLeastZero('the volume began at least this long ago, s', 1),
  minVolume: count('volume at the price at least, shares', 1000, 0),
  levelMultiple: atLeastZero('and at least this multiple of the best five levels’ mean size', 5),
  volumeShare: share('and at least this share of what that side traded', 0.5),
  maxShrinkShare: atLeastZero('the displayed size shrank by at most this share of it', 0.5),
  tolerancePct: atLeastZero('tolerance, percent of the price in whole ticks, at least one', 0.02),
  lastsSecs: positive('how long a detection lasts, s', 30),
});

const metrics = z.strictObject({
  testingPct: atLeastZero('HOD_LOD_LOC is TESTING up to this distance, percent', 0.15),
  nearPct: atLeastZero('and NEAR up to this, percent', 0.4),
  breakoutSecs: positive('how long a BREAKOUT is told, s', 5),
  breakoutStoodSecs: atLeastZero('how long the old high or low had stood, s', 60),
  averageDailyVolume: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('average daily volume for RVOL_DAY where no earlier sessions are known, shares'),
  intradayCurve: z
    .string()
    .min(1)
    .default('us-equities-intraday')
    .describe('a name in config/curves: the share of a day’s volume traded by each minute'),
  rvolSessions: count('earlier sessions that RVOL_DAY averages at most', 30),
  rvolMinSessions: count('and at least', 5),
});

const engine = z.strictObject({
  snapshotMs: count('market time between two snapshots, ms', 200),
  assumptions: z
    .boolean()
    .default(true)
    .describe('follow other fill assumptions and latencies beside the run, for its report'),
});

const brain = z.strictObject({
  provider: z
    .enum(['rules', 'script', 'grok', 'openai', 'ollama', 'compatible', 'replay'])
    .default('rules')
    .describe('who decides'),
  model: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('the model’s name at the provider; null: the provider’s own'),
  prompt: z
    .string()
    .regex(/^[\w.-]+$/)
    .nullable()
    .default(null)
    .describe('the file of config/prompts, without .md; null: that of the profile’s kind'),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe('where the provider answers, version included; null: the provider’s own address'),
  api: z
    .enum(['chat', 'responses'])
    .default('chat')
    .describe('which of a provider’s interfaces is spoken: chat completions or responses'),
  answers: z
    .enum(['tools', 'language'])
    .default('tools')
    .describe('how a model answers: by calling a tool, or in the command language'),
  stream: z.boolean().default(false).describe('answers come as a stream of events'),
  reasoningEffort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high'])
    .nullable()
    .default(null)
    .describe('how long a model that reasons may do so; null: the model’s own'),
  maxOutputTokens: count('tokens of an answer at most, reasoning included', 4000, 16),
  size: count('shares or contracts of an entry', 100),
  gate: count(
    'entry conditions of one side that must hold before a model is asked; 0: always',
    4,
    0,
  ),
  intervalMs: count('market time between two questions to a model, ms', 2000),
  deadlineMs: count('time for a whole answer, retries included, ms', 5000),
  retries: count('how often a question that failed is sent again at most', 2, 0),
  breakerFailures: count(
    'failures in a row (TIMEOUT, PROVIDER_ERROR) after which the model is left alone; 0: never',
    5,
    0,
  ),
  breakerSecs: positive('market time between two tries from then on, s', 30),
  budgetUsd: budget('a session'),
  budgetHourUsd: budget('an hour of market time'),
  budgetRunUsd: budget('a run'),
  guard: z
    .boolean()
    .default(true)
    .describe(
      'the exits by rule run beside a model, whatever it answers and however long it takes',
    ),
  fallback: z
    .enum(['wait', 'rules'])
    .default('wait')
    .describe('who decides while the model is left alone: nobody, or the rules'),
  decisionLatencyMs: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe('latency charged to a decision, ms; null: what was measured (rules: 0)'),
  staleSecs: positive('a decision is stale when its snapshot is older, s', 5),
  staleMove: positive('or LAST moved more than this since, $', 0.15),
});

const validation = z.strictObject({
  minStop: atLeastZero('nearest stop of an entry, $', 0.1),
  maxStop: positive('farthest stop of an entry, $', 0.3),
  minRewardRisk: atLeastZero('reward at least this multiple of the risk', 2),
  maxBeyondTouch: atLeastZero(
    'a buy’s limit above the ask at most (a sell’s below the bid), $',
    0.1,
  ),
  maxBehindTouch: atLeastZero(
    'a buy’s limit below the bid at most (a sell’s above the ask), $',
    0.3,
  ),
});

const profile = z.strictObject({
  name: z
    .string()
    .min(1)
    .default('momentum')
    .describe('a name in config/profiles or a file; its values come from there'),
  kind: z.enum(['momentum', 'breakout']).describe('the checklist that is followed'),
  longImbalance: z.number().positive().describe('L2_IMBALANCE above this for a long'),
  shortImbalance: z.number().positive().describe('and below this for a short'),
  heldSnapshots: z.int().min(1).describe('snapshots that every condition has held'),
  minStop: z.number().min(0).describe('nearest stop, $'),
  maxStop: z.number().positive().describe('farthest stop, $'),
  maxTarget: z.number().positive().describe('farthest target, $'),
  rewardRisk: z.number().min(0).describe('reward at least this multiple of the risk'),
  minRvol: z.number().min(0).describe('RVOL_DAY above this; 0: not asked'),
  wallClearancePct: z
    .number()
    .min(0)
    .describe('no opposing wall within this, percent of LAST; 0: not asked'),
  chasePct: z
    .number()
    .min(0)
    .describe(
      'no entry when farther than this from the high or low and going away, percent; 0: not asked',
    ),
  exitLongImbalance: z.number().positive().describe('a long is left when L2_IMBALANCE is below'),
  exitShortImbalance: z.number().positive().describe('a short is left when L2_IMBALANCE is above'),
  maxHoldSecs: z.number().positive().describe('a position is left after this, s'),
  maxSpread: z
    .number()
    .positive()
    .nullable()
    .describe(
      'replaces risk.maxSpread outside the opening drive where it is tighter, $; null keeps it',
    ),
});

const risk = z.strictObject({
  enabled: z.boolean().default(true).describe('false lets every order through; a backtest only'),
  dailyLossUsd: positive('loss of the day at which trading halts, $', 500),
  dailyTrades: count('round trips a day at most', 10),
  maxPosition: count('shares or contracts at most, working entries counted as filled', 100),
  maxNotionalUsd: positive('value of the position at most, $', 250_000),
  ordersPerSecond: count('orders a second at most', 5),
  ordersPerSession: count('orders a session at most', 200),
  maxSpreadOpenDrive: positive('widest spread for an entry in the opening drive, $', 0.15),
  maxSpread: positive('and after it, $', 0.08),
  staleSecs: positive('data is stale when the last event in session is older, s', 3),
  priceCollarPct: positive('a limit is at most this far from the last trade, percent', 1),
  noEntryLastMins: atLeastZero('no entries in the session’s last minutes', 5),
  flattenAt: clock(
    'exchange time at which positions are closed; as long before the close on half days',
    '15:55',
  ),
});

const execution = z.strictObject({
  entryTimeoutSecs: positive('what is not filled of an entry by then is canceled, s', 5),
  queueModel: z
    .enum(['risk-averse', 'pro-rata'])
    .default('risk-averse')
    .describe('how a place in the queue is estimated without order-by-order data'),
  stopTrigger: z.enum(['last', 'quote']).default('last').describe('what triggers a stop'),
  commission: z
    .enum(['ibkr-fixed', 'ibkr-tiered', 'none'])
    .default('ibkr-fixed')
    .describe('commission plan of stocks'),
});

const latency = z.strictObject({
  orderMs: atLeastZero('from sending an order to its arrival at the exchange, ms', 20),
  reportMs: atLeastZero('from the exchange’s event to our knowing, ms', 20),
  model: z
    .enum(['constant', 'lognormal'])
    .default('constant')
    .describe('constant, or sampled from a seeded log-normal'),
  sigma: atLeastZero('standard deviation of the logarithm, of the lognormal model', 0.5),
});

const account = z.strictObject({
  startEquityUsd: positive('equity before the day’s first run, $', 100_000),
  buyingPowerMultiple: positive('buying power as a multiple of equity', 4),
});

const screen = z.strictObject({
  theme: z
    .enum(['dark', 'light', 'color-blind', 'high-contrast', 'none'])
    .default('dark')
    .describe('colors by meaning; none: without'),
  ascii: z.boolean().default(false).describe('draw with ASCII characters only'),
  reader: z
    .boolean()
    .default(false)
    .describe('for screen readers: lines instead of a screen, keys and commands with Enter'),
  bell: z
    .boolean()
    .default(false)
    .describe(
      'ring the terminal’s bell at fills, a hit stop, a halt, a lost feed; :bell switches it',
    ),
  ladderColumns: z
    .string()
    .regex(
      new RegExp(
        `^(?=.*\\bprice\\b)(?:${LADDER_COLUMNS.join('|')})(?:,(?:${LADDER_COLUMNS.join('|')}))*$`,
      ),
      `names with commas between them, price among them, of: ${LADDER_COLUMNS.join(', ')}`,
    )
    .default('own,bid,price,ask')
    .nullable()
    .default(null)
    .describe('the ladder’s columns from left to right, as far as they fit; null: all, as usual'),
});

const manual = z.strictObject({
  size: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('shares or contracts of an entry by hand; null: brain.size'),
  stopTicks: count('stop of an entry by hand, ticks from it', 20),
  targetTicks: count('and its target, ticks from it', 40),
  timeoutSecs: positive('what is not filled of it by then is canceled, s of market time', 60),
});

const port = (meaning: string, value: number) =>
  z.int().min(1).max(65_535).default(value).describe(meaning);

const broker = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('where TWS or IB Gateway runs'),
  paperPort: port('its port for paper trading; IB Gateway: 4002', 7497),
  livePort: port('and for live trading; IB Gateway: 4001', 7496),
  accounts: z
    .string()
    .regex(/^[A-Z]{1,3}\d{5,9}(?:,[A-Z]{1,3}\d{5,9})*$/, 'account numbers with commas between them')
    .default('DU1234567')
    .nullable()
    .default(null)
    .describe('accounts that may be traded, with commas; null: any paper account, no live one'),
  ordersClientId: count('the API client that trades; always the same one', 71, 1),
  dataClientId: count('the API client that reads market data', 72, 1),
  guardClientId: count('the API client of the guard', 73, 1),
  guardPatienceMs: count(
    'a run that gives its guard no sign of life for so long hangs: the guard cancels and closes, ms',
    2000,
    200,
  ),
  probeClientId: count('the API client that asks what is there before a run, and in doctor', 74, 1),
  depthExchange: z
    .string()
    .regex(/^[A-Z]{1,12}$/)
    .default('ISLAND')
    .describe('whose book is shown: ISLAND (Nasdaq), ARCA, …'),
  depthRows: z.int().min(1).max(60).default(10).describe('levels a side that are asked for'),
  topOfBook: z
    .boolean()
    .default(false)
    .describe('without permission for depth, go by best bid and offer alone'),
  dataLines: count('market data lines of the account', 100),
  connectSecs: positive('how long the gateway may take to get ready, s', 10),
  reconcileSecs: positive('how often what the broker holds is compared with ours, s', 5),
});

const paths = z.strictObject({
  logs: z.string().min(1).default('./logs').describe('folder of journals and logs'),
  cache: z
    .string()
    .min(1)
    .default('./.cache')
    .describe('folder of what can be made again: the demo session, volumes of earlier sessions'),
});

/** All settings, as files and `--set` write them: strict, every key described, defaults included. */
export const configSchema = z.strictObject({
  symbol: z
    .string()
    .regex(/^[A-Z0-9][A-Z0-9.]{0,15}$/)
    .default('TSLA')
    .describe('instrument; in a backtest the file’s own, unless told'),
  instrumentClass: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'a name in config/classes, whose values stand for the built-in ones; null: the instrument’s own',
    ),
  seed: z.int().min(0).max(4_294_967_295).default(7).describe('everything random in a simulation'),
  speed: z
    .union([z.number().positive(), z.literal('max')])
    .default(100)
    .describe('replay speed as a multiple of real time, or max'),
  engine,
  book,
  tape,
  footprint,
  cvd,
  volumeProfile,
  absorption,
  metrics,
  brain,
  validation,
  profile,
  risk,
  execution,
  latency,
  account,
  manual,
  broker,
  screen,
  paths,
});

/** Every setting, resolved. */
export type Config = z.output<typeof configSchema>;
