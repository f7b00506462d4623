import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { measureThresholds } from '../../src/app/thresholds/measure-thresholds.ts';
import { PACKAGE_CONFIG_FOLDER } from '../../src/config/config-folder.ts';
import { loadInstruments } from '../../src/config/instruments.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testData } from '../support/test-data.ts';

const CLASSES = ['es', 'nq', 'slow-stock'] as const;

interface ClassFile {
  readonly settings: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly profiles: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly measured: Readonly<Record<string, string>>;
}

function readClass(name: string): ClassFile {
  return JSON.parse(
    readFileSync(join(PACKAGE_CONFIG_FOLDER, 'classes', `${name}.json`), 'utf8'),
  ) as ClassFile;
}

function load(set: readonly string[] = [], files: Readonly<Record<string, string>> = {}) {
  return loadConfig({
    workingFolder: temporaryFolder(files),
    environment: {},
    assignments: [...set],
  });
}

describe.each(CLASSES)('the class %s', (name) => {
  const file = readClass(name);

  test('says of each of its values where it comes from, and of no other', () => {
    const keys = [
      ...Object.entries(file.settings).flatMap(([section, values]) =>
        Object.keys(values).map((key) => `${section}.${key}`),
      ),
      ...Object.entries(file.profiles).flatMap(([kind, values]) =>
        Object.keys(values).map((key) => `profiles.${kind}.${key}`),
      ),
    ];
    expect(Object.keys(file.measured).sort()).toEqual(keys.sort());
  });

  test.for(['momentum', 'breakout'])(
    'has values that fit each other, with the profile %s',
    (kind) => {
      const { config, origins } = load([`instrumentClass=${name}`, `profile.name=${kind}`]);
      const unit = config.validation.minStop;
      expect(config.validation).toMatchObject({
        maxStop: 3 * unit,
        maxBeyondTouch: unit,
        maxBehindTouch: 3 * unit,
      });
      expect(config.profile).toMatchObject({
        minStop: unit,
        maxStop: (kind === 'momentum' ? 3 : 2) * unit,
        maxTarget: 10 * unit,
      });
      expect(config.brain.staleMove).toBe(1.5 * unit);
      expect(origins.get('profile.minStop')).toMatch(new RegExp(`classes.${name}\\.json$`));
      expect(origins.get('tape.mediumTps')).toMatch(new RegExp(`classes.${name}\\.json$`));
    },
  );
});

test('the built-in values follow the same rule, with a unit of 0.10', () => {
  const { config } = load();
  expect(config.validation).toMatchObject({
    minStop: 0.1,
    maxStop: 0.3,
    maxBeyondTouch: 0.1,
    maxBehindTouch: 0.3,
  });
  expect(config.profile).toMatchObject({ minStop: 0.1, maxStop: 0.3, maxTarget: 1 });
  expect(config.brain.staleMove).toBe(0.15);
});

test.for([
  ['ESH4', 'futures', 14],
  ['MESM4', 'futures', 14],
  ['NQU4', 'futures', 10],
  ['TSLA', 'stocks', 10],
  ['SPY', 'stocks', 10],
] as const)('%s of %s has its class’s values', ([symbol, market, mediumTps]) => {
  const entry = loadInstruments([PACKAGE_CONFIG_FOLDER]).entryOf(symbol, market);
  expect(load().forInstrument(entry).config.tape.mediumTps).toBe(mediumTps);
});

describe('a class counts', () => {
  const es = loadInstruments([PACKAGE_CONFIG_FOLDER]).entryOf('ESH4', 'futures');

  test('under the instrument’s file, config/*.json and --set', () => {
    const files = { 'config/mine.json': '{"tape": {"mediumTps": 5}}' };
    const { config, origins } = load(['tape.largePrintSize=99'], files).forInstrument(es);
    expect(config.tape).toMatchObject({ mediumTps: 5, highTps: 38, largePrintSize: 99 });
    expect(config.brain.size).toBe(1);
    expect(origins.get('brain.size')).toMatch(/instruments.es\.json$/);
    expect(origins.get('tape.highTps')).toMatch(/classes.es\.json$/);
  });

  test('over the shipped profile and under the user’s own', () => {
    const files = {
      'config/profiles/mine.json': '{"kind": "momentum", "minStop": 1.25, "maxStop": 2}',
    };
    const { config } = load(['profile.name=mine'], files).forInstrument(es);
    expect(config.profile).toMatchObject({ minStop: 1.25, maxStop: 2, maxTarget: 5 });
  });

  test('as the settings name it, before the instrument’s own', () => {
    const { config } = load(['instrumentClass=nq']).forInstrument(es);
    expect(config.tape.largePrintSize).toBe(11);
  });

  test('of a user’s file and of a user’s instrument', () => {
    const own = {
      class: 'mine',
      about: 'a',
      rule: 'b',
      asOf: '2026-11-24',
      profiles: {},
      measured: {},
    };
    const folder = temporaryFolder({
      'config/classes/mine.json': JSON.stringify({ ...own, settings: { tape: { mediumTps: 2 } } }),
      'config/instruments/abc.json': JSON.stringify({
        symbol: 'ABC',
        name: 'A stock',
        kind: 'stock',
        calendar: 'us-equities',
        class: 'mine',
        tick: '0.01',
        multiplier: 1,
        asOf: '2026-11-24',
        source: 'this test',
      }),
    });
    const entry = loadInstruments([PACKAGE_CONFIG_FOLDER, join(folder, 'config')]).entryOf(
      'ABC',
      'stocks',
    );
    const { config } = loadConfig({ workingFolder: folder, environment: {} }).forInstrument(entry);
    expect(config.tape.mediumTps).toBe(2);
  });

  test('only if there is such a one, with the right keys', () => {
    expect(() => load(['instrumentClass=slow'])).toThrow(/--set: instrumentClass: .*slow-stock/);
    const bad = {
      class: 'bad',
      about: 'a',
      rule: 'b',
      asOf: '2026-11-24',
      profiles: {},
      measured: {},
    };
    const files = {
      'config/classes/bad.json': JSON.stringify({ ...bad, settings: { tape: { mediumTsp: 2 } } }),
      'config/classes/odd.json': JSON.stringify({ ...bad, colour: 'red', settings: {} }),
    };
    expect(() => load(['instrumentClass=bad'], files)).toThrow(
      /bad\.json: tape\.mediumTsp: .*mediumTps/,
    );
    expect(() => load(['instrumentClass=odd'], files)).toThrow(/odd\.json: .*colour/);
  });
});

test('`config show` tells the likely instrument of a symbol', () => {
  const table = loadInstruments([PACKAGE_CONFIG_FOLDER]);
  expect(table.likelyEntryOf('ESZ25').instrument.kind).toBe('future');
  expect(table.likelyEntryOf('XYZ').instrument.kind).toBe('stock');
});

describe('the figures in the class files (needs the shared data)', () => {
  const goog = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');
  const aapl = testData('lobster', 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip');
  const es = ['20231224', '20231225'].map((date) =>
    testData('mbo', `esh4-glbx-mdp3-${date}.mbo.dbn.zst`),
  );
  const measure = async (...data: (string | undefined)[]) => {
    const { thresholds, distances } = await measureThresholds({
      data: data.map((path) => path ?? ''),
      settings: load(),
    });
    const of = (member: 'here' | 'reached') =>
      Object.fromEntries(thresholds.map((each) => [each.setting, each[member]]));
    return { here: of('here'), reached: of('reached'), distances };
  };

  test.skipIf(goog === undefined)('slow-stock: as measured on GOOG, rounded', async () => {
    const { here, distances } = await measure(goog);
    expect(here).toEqual({
      'tape.mediumTps': 0.4,
      'tape.highTps': 1.6,
      'tape.largePrintSize': 222,
      'book.wallMinSize': 208,
      'footprint.imbalanceMinSize': 7,
      'absorption.minVolume': 400,
    });
    expect(distances).toMatchObject({
      medianSpread: 0.25,
      spread75: 0.33,
      spread90: 0.42,
      spread99: 0.75,
    });
    const { settings } = readClass('slow-stock');
    expect(settings).toMatchObject({
      tape: { mediumTps: 0.4, highTps: 1.6, largePrintSize: 220 },
      book: { wallMinSize: 210 },
      footprint: { imbalanceMinSize: 7 },
      absorption: { minVolume: 400 },
      risk: { maxSpread: 0.42, maxSpreadOpenDrive: 0.75, staleSecs: 16 },
    });
  });

  test.skipIf(aapl === undefined)(
    'the targets are what the built-in sizes come to on AAPL',
    async () => {
      const { reached } = await measure(aapl);
      expect(reached).toMatchObject({
        'tape.largePrintSize': 0.0451,
        'book.wallMinSize': 0.0775,
        'footprint.imbalanceMinSize': 0.8205,
        'absorption.minVolume': 0.1381,
      });
    },
  );

  test.skipIf(es[0] === undefined)(
    'es: as measured in the hour of Christmas, before scaling',
    async () => {
      const { here, distances } = await measure(...es);
      expect(here).toEqual({
        'tape.mediumTps': 0.8,
        'tape.highTps': 2.2,
        'tape.largePrintSize': 15,
        'book.wallMinSize': 79,
        'footprint.imbalanceMinSize': 6,
        'absorption.minVolume': 40,
      });
      expect(distances).toMatchObject({ medianSpread: 0.25, spread90: 0.25, spread99: 0.5 });
    },
  );
});
