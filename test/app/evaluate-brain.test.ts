import { expect, test } from 'vitest';
import { evaluateBrain } from '../../src/app/evaluate-brain.ts';
import { observeMarket } from '../../src/app/observe-market.ts';
import { promptAt } from '../../src/app/prompt-at.ts';
import { buildContext } from '../../src/brain/context/build-context.ts';
import { utf8Length } from '../../src/brain/context/context-text.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testData } from '../support/test-data.ts';

const GOOG = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');
const data = [GOOG ?? ''];

test.skipIf(GOOG === undefined)('the rules are scored on a LOBSTER day', async () => {
  const folder = temporaryFolder();
  const assignments = ['brain.gate=3', `paths.cache=${folder}`];
  const report = await evaluateBrain({
    data,
    settings: loadConfig({ workingFolder: folder, environment: {}, assignments }),
    environment: {},
    count: 60,
    heldCount: 40,
    repeats: 1,
    recordFile: undefined,
    cassetteFile: undefined,
  });
  expect(report).toMatchObject({
    provider: 'rules',
    symbol: 'GOOG',
    session: '2012-06-21',
    situations: 60,
    agreement: { count: 60, of: 60 },
    robustness: { masked: { count: 60 }, rescaled: { count: 60 }, shuffled: { count: 60 } },
  });
  // with something open they agree with themselves, too: prices, orders, money and history are rescaled alike
  for (const held of [report.inPosition, report.withEntry])
    expect(held).toMatchObject({
      situations: 40,
      agreement: { count: 40, of: 40 },
      robustness: { masked: { count: 40 }, rescaled: { count: 40 }, shuffled: { count: 40 } },
    });
  const { inPosition, withEntry, candidates } = report;
  expect(inPosition.exits.count).toBeGreaterThan(5);
  expect(inPosition.holds.count).toBeGreaterThan(2);
  expect(inPosition.exits.low).toBeLessThan(inPosition.exits.value ?? 0);
  const { of, value } = inPosition.score.gain;
  expect(inPosition.baselines.rules.gain).toMatchObject({ of, value });
  expect(inPosition.baselines.always.interventions.count).toBe(40);
  // the checklist never takes an entry back
  expect(withEntry.holds.count).toBe(40);
  expect(withEntry.baselines.never.gain.of).toBe(0);
  expect(candidates.flat).toBeGreaterThan(60);
  expect(candidates.position).toBeGreaterThan(500);
  expect(candidates.entry).toBeGreaterThan(200);
});

test.skipIf(GOOG === undefined)(
  'every message of a LOBSTER day is below 6 kB, and prompt shows the one of its moment',
  async () => {
    const folder = temporaryFolder();
    const settings = loadConfig({ workingFolder: folder, environment: {} });
    let longest = 0;
    let count = 0;
    let last = '';
    await observeMarket({
      data,
      settings,
      windowOf: (_plan, { from }) => ({ from, to: from + 3600e9 }),
      onSnapshot(question) {
        if (count++ % 5 !== 4) return;
        const conditions = { long: {}, short: {} };
        const { user } = buildContext({ system: '', question, conditions, history: [] });
        longest = Math.max(longest, utf8Length(user));
        last = user;
      },
    });
    // the one at the open comes before the first event: there is nothing to show
    expect(count).toBe(18_000);
    // room for three old decisions at their longest
    expect(longest).toBeLessThan(3000);
    expect(longest).toBeGreaterThan(1000);

    const shown = await promptAt({ data, settings, at: '10:30', answers: 'tools' });
    expect(shown.ts).toBe('2012-06-21T14:30:00.000000000Z');
    const market = (text: string) => text.slice(text.indexOf('MARKET_STATE'));
    expect(market(shown.user)).toBe(market(last));
    expect(shown.bytes.user).toBe(Buffer.byteLength(shown.user));
    expect(shown.user).toMatch(/"LAST_VS_VWAP":\d+/);
    // a question between two snapshots is that of the earlier one
    const later = await promptAt({ data, settings, at: '10:30:00.15', answers: 'language' });
    expect(later.ts).toBe(shown.ts);
    expect(later.user).toBe(shown.user);
    expect(later.tools).toBe('[]');
    expect(later.requestSha256).not.toBe(shown.requestSha256);
  },
);
