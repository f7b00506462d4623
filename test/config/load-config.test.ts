import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { configFolders } from '../../src/config/config-folder.ts';
import { configSha256Of, toEngineSettings } from '../../src/config/engine-settings.ts';
import { loadInstruments } from '../../src/config/instruments.ts';
import { type ConfigSources, loadConfig } from '../../src/config/load-config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function load(sources: Partial<ConfigSources> & { readonly workingFolder?: string } = {}) {
  return loadConfig({ workingFolder: temporaryFolder(), environment: {}, ...sources });
}

function problemsOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('the built-in values are those of the specifications', () => {
  expect(toEngineSettings(load().config)).toEqual({
    seed: 7,
    engine: { snapshotMs: 200, assumptions: true },
    analyzers: {
      book: {
        imbalanceLevels: 5,
        wallLevels: 20,
        wallMinSize: 300,
        wallMinorRatio: 3,
        wallMajorRatio: 5,
        stackLevels: 3,
        flowWindowSecs: 10,
      },
      tape: {
        windowSecs: 5,
        mediumTps: 10,
        highTps: 30,
        sentimentShare: 0.65,
        sentimentMinTrades: 5,
        largePrintSize: 300,
        largePrintWindowSecs: 60,
        largePrintCount: 10,
      },
      footprint: { imbalanceRatio: 3, imbalanceMinSize: 50, imbalanceCount: 5 },
      cvd: { slopeBars: 5, trendSlope: 0.15 },
      volumeProfile: { valueAreaShare: 0.7, developingMins: 15 },
      absorption: {
        windowSecs: 10,
        minAgeSecs: 1,
        minVolume: 1000,
        levelMultiple: 5,
        volumeShare: 0.5,
        maxShrinkShare: 0.5,
        tolerancePct: 0.02,
        lastsSecs: 30,
      },
      metrics: {
        testingPct: 0.15,
        nearPct: 0.4,
        breakoutSecs: 5,
        breakoutStoodSecs: 60,
        averageDailyVolume: null,
        intradayCurve: 'us-equities-intraday',
        rvolSessions: 30,
        rvolMinSessions: 5,
      },
    },
    brain: {
      provider: 'rules',
      model: null,
      prompt: null,
      baseUrl: null,
      api: 'chat',
      answers: 'tools',
      stream: false,
      reasoningEffort: null,
      maxOutputTokens: 4000,
      size: 100,
      gate: 4,
      intervalMs: 2000,
      deadlineMs: 5000,
      retries: 2,
      breakerFailures: 5,
      breakerSecs: 30,
      budgetUsd: null,
      budgetHourUsd: null,
      budgetRunUsd: null,
      guard: true,
      fallback: 'wait',
      decisionLatencyMs: null,
      staleSecs: 5,
      staleMove: 0.15,
    },
    validation: {
      minStop: 0.1,
      maxStop: 0.3,
      minRewardRisk: 2,
      maxBeyondTouch: 0.1,
      maxBehindTouch: 0.3,
    },
    profile: {
      name: 'momentum',
      kind: 'momentum',
      longImbalance: 1.5,
      shortImbalance: 0.6,
      heldSnapshots: 2,
      minStop: 0.1,
      maxStop: 0.3,
      maxTarget: 1,
      rewardRisk: 2,
      minRvol: 0,
      wallClearancePct: 0,
      chasePct: 0,
      exitLongImbalance: 0.7,
      exitShortImbalance: 1.3,
      maxHoldSecs: 300,
      maxSpread: null,
    },
    risk: {
      enabled: true,
      dailyLossUsd: 500,
      dailyTrades: 10,
      maxPosition: 100,
      maxNotionalUsd: 250_000,
      ordersPerSecond: 5,
      ordersPerSession: 200,
      maxSpreadOpenDrive: 0.15,
      maxSpread: 0.08,
      staleSecs: 3,
      priceCollarPct: 1,
      noEntryLastMins: 5,
      flattenAt: '15:55',
    },
    execution: {
      entryTimeoutSecs: 5,
      queueModel: 'risk-averse',
      stopTrigger: 'last',
      commission: 'ibkr-fixed',
    },
    latency: { orderMs: 20, reportMs: 20, model: 'constant', sigma: 0.5 },
    account: { startEquityUsd: 100_000, buyingPowerMultiple: 4 },
  });
});

test('each source counts over the one before, and every value tells its origin', () => {
  const folder = temporaryFolder({
    'config/a.json':
      '{"risk": {"dailyTrades": 1, "maxPosition": 1, "ordersPerSecond": 1, "staleSecs": 1}, "seed": 1}',
    'own.json': '{"risk": {"maxPosition": 2, "ordersPerSecond": 2, "staleSecs": 2}, "seed": 2}',
  });
  const { config, origins } = load({
    workingFolder: folder,
    configFile: 'own.json',
    environment: { FSD_RISK__ORDERS_PER_SECOND: '3', FSD_RISK__STALE_SECS: '3', FSD_SEED: '3' },
    assignments: ['risk.staleSecs=9', 'risk.staleSecs=4', 'seed=4'],
    options: [{ key: 'seed', value: '5', option: '--seed' }],
  });
  const { dailyLossUsd, dailyTrades, maxPosition, ordersPerSecond, staleSecs } = config.risk;
  expect({
    dailyLossUsd,
    dailyTrades,
    maxPosition,
    ordersPerSecond,
    staleSecs,
    seed: config.seed,
  }).toEqual({
    dailyLossUsd: 500,
    dailyTrades: 1,
    maxPosition: 2,
    ordersPerSecond: 3,
    staleSecs: 4,
    seed: 5,
  });
  const keys = ['dailyLossUsd', 'dailyTrades', 'maxPosition', 'ordersPerSecond', 'staleSecs'];
  expect([...keys.map((key) => origins.get(`risk.${key}`)), origins.get('seed')]).toEqual([
    'built-in',
    join(folder, 'config', 'a.json'),
    join(folder, 'own.json'),
    'environment FSD_RISK__ORDERS_PER_SECOND',
    '--set',
    'option --seed',
  ]);
});

test('reports every problem of every source at once, with what is allowed and the nearest name', () => {
  const folder = temporaryFolder({
    'config/a.json':
      '{"risk": {"dailyLossUsd": "much", "dailyTardes": 3}, "rsik": {"x": 1}, "book": 5}',
    'config/b.json': '{"seed": }',
  });
  const problems = problemsOf(() =>
    load({
      workingFolder: folder,
      configFile: 'missing.json',
      environment: { FSD_RISK__DAILY_LOS_USD: '1', FSD_DATA: 'x', FSD_LATENCY__ORDER_MS: '-1' },
      assignments: ['queueModel=pro-rata', 'execution.queueModel=fifo', 'nonsense'],
    }),
  );
  const a = join(folder, 'config', 'a.json');
  expect(
    problems.map((problem) => ({ ...problem, found: problem.found.replace(/\(.*\)/, '(…)') })),
  ).toEqual([
    { where: a, key: 'risk.dailyLossUsd', found: '"much"', allowed: 'a number above 0' },
    {
      where: a,
      key: 'risk.dailyTardes',
      found: 'an unknown key',
      allowed: 'the keys of `fsd-tui config show`',
      nearest: 'risk.dailyTrades',
    },
    {
      where: a,
      key: 'rsik',
      found: 'an unknown key',
      allowed: 'the keys of `fsd-tui config show`',
      nearest: 'risk',
    },
    { where: a, key: 'book', found: '5', allowed: 'an object of settings' },
    {
      where: join(folder, 'config', 'b.json'),
      key: '',
      found: 'no JSON (…)',
      allowed: 'a JSON file of settings',
    },
    {
      where: join(folder, 'missing.json'),
      key: '',
      found: 'no such file',
      allowed: 'a JSON file of settings',
    },
    {
      where: 'environment',
      key: 'FSD_RISK__DAILY_LOS_USD',
      found: 'an unknown name',
      allowed: 'FSD_SECTION__KEY of a setting in `fsd-tui config show`',
      nearest: 'FSD_RISK__DAILY_LOSS_USD',
    },
    {
      where: 'environment',
      key: 'FSD_LATENCY__ORDER_MS',
      found: '"-1"',
      allowed: 'a number from 0',
    },
    {
      where: '--set',
      key: 'queueModel',
      found: 'an unknown key',
      allowed: 'the keys of `fsd-tui config show`',
      nearest: 'execution.queueModel',
    },
    {
      where: '--set',
      key: 'execution.queueModel',
      found: '"fifo"',
      allowed: 'one of risk-averse, pro-rata',
    },
    { where: '--set', key: '', found: '"nonsense"', allowed: 'key=value' },
  ]);
});

test('a message line has the file, the key, what was found, what is allowed and the nearest name', () => {
  expect(() => load({ assignments: ['risk.dailyLosUsd=3', 'speed=fast'] })).toThrow(
    [
      '--set: risk.dailyLosUsd: found an unknown key, allowed: the keys of `fsd-tui config show` (did you mean risk.dailyLossUsd?)',
      '--set: speed: found "fast", allowed: a number above 0, or max',
    ].join('\n'),
  );
});

test('refuses values that contradict each other, at the one that was set', () => {
  expect(problemsOf(() => load({ assignments: ['profile.minStop=0.5'] }))).toEqual([
    {
      where: '--set',
      key: 'profile.minStop',
      found: '0.5',
      allowed: 'at most profile.maxStop, which is 0.3',
    },
  ]);
});

test('a profile gives its values, a setting of the user counts over them', () => {
  const { config, origins } = load({
    assignments: ['profile.maxHoldSecs=60'],
    options: [{ key: 'profile.name', value: 'breakout', option: '--profile' }],
  });
  const { name, kind, minRvol, maxSpread, maxHoldSecs } = config.profile;
  expect({ name, kind, minRvol, maxSpread, maxHoldSecs }).toEqual({
    name: 'breakout',
    kind: 'breakout',
    minRvol: 1.5,
    maxSpread: 0.05,
    maxHoldSecs: 60,
  });
  expect(origins.get('profile.minRvol')).toMatch(/breakout\.json$/);
});

test('a profile file of the user rests on the shipped profile of its kind', () => {
  const folder = temporaryFolder({ 'tight.json': '{"kind": "breakout", "maxStop": 0.15}' });
  const { config } = load({ workingFolder: folder, assignments: ['profile.name=./tight.json'] });
  const { name, kind, maxStop, maxSpread } = config.profile;
  expect({ name, kind, maxStop, maxSpread }).toEqual({
    name: 'tight',
    kind: 'breakout',
    maxStop: 0.15,
    maxSpread: 0.05,
  });
});

test('an unknown profile names those there are and the nearest one', () => {
  expect(
    problemsOf(() =>
      load({ options: [{ key: 'profile.name', value: 'momentun', option: '--profile' }] }),
    ),
  ).toEqual([
    {
      where: 'option --profile',
      key: 'profile.name',
      found: '"momentun"',
      allowed: 'breakout, momentum, or a JSON file',
      nearest: 'momentum',
    },
  ]);
});

test('the hash is of what the engine reads: not of the screen, folders, speed, or where a value came from', () => {
  const hashOf = (...assignments: string[]) =>
    configSha256Of(toEngineSettings(load({ assignments }).config));
  expect(
    hashOf('screen.theme=light', 'paths.logs=/elsewhere', 'speed=max', 'risk.dailyTrades=10'),
  ).toBe(hashOf());
  expect(hashOf('risk.dailyTrades=11')).not.toBe(hashOf());
});

test('a user’s instrument settings count over config/*.json and below --set', () => {
  const folder = temporaryFolder({
    'config/a.json': '{"tape": {"largePrintSize": 400, "mediumTps": 11}}',
    'config/instruments/goog.json': JSON.stringify({
      symbol: 'GOOG',
      name: 'Alphabet',
      kind: 'stock',
      calendar: 'us-equities',
      tick: '0.01',
      multiplier: 1,
      asOf: '2026-11-21',
      source: 'a test',
      settings: { tape: { largePrintSize: 200, mediumTps: 2 } },
    }),
  });
  const instruments = loadInstruments(configFolders(folder));
  const resolved = load({ workingFolder: folder, assignments: ['tape.mediumTps=3'] });
  const { tape } = resolved.forInstrument(instruments.entryOf('GOOG', 'stocks')).config;
  expect([tape.largePrintSize, tape.mediumTps]).toEqual([200, 3]);
});

test('a shipped instrument’s settings count over the built-in ones and below config/*.json', () => {
  const folder = temporaryFolder({ 'config/a.json': '{"risk": {"maxNotionalUsd": 5000}}' });
  const instruments = loadInstruments(configFolders(folder));
  const { config } = load({ workingFolder: folder }).forInstrument(
    instruments.entryOf('ESH4', 'futures'),
  );
  expect([config.brain.size, config.risk.maxNotionalUsd]).toEqual([1, 5000]);
});

test('a settings file may name its schema and carry a comment', () => {
  const folder = temporaryFolder({
    'config/a.json': '{"$schema": "settings.schema.json", "$comment": "mine", "seed": 3}',
  });
  expect(load({ workingFolder: folder }).config.seed).toBe(3);
});

test('a value that JSON takes for a number is text where the setting is text', () => {
  expect(
    load({ assignments: ['symbol=700', 'brain.model=null', 'speed=max'] }).config,
  ).toMatchObject({
    symbol: '700',
    brain: { model: null },
    speed: 'max',
  });
});

test('the settings are frozen', () => {
  const { config } = load();
  expect(() => Object.assign(config.risk, { enabled: false })).toThrow(TypeError);
});
