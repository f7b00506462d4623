import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { explainDecision } from '../../src/app/explain-decision.ts';
import { type RunFailure, startRun } from '../../src/app/run.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { RunResult } from '../../src/domain/run.ts';
import { parseClock } from '../../src/domain/time.ts';
import { journalPath } from '../../src/journal/store/run-index.ts';
import { readJournal } from '../../src/journal/store/sqlite-journal.ts';
import { LlmServer } from '../support/llm-server/llm-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testData } from '../support/test-data.ts';

const GOOG = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');
const SECRET = 'planted-secret-4711';

interface Asked {
  readonly folder: string;
  readonly set?: readonly string[];
  readonly record?: string;
  readonly cassette?: string;
}

/** Three minutes of the day, decided by a model. */
async function run({ folder, set = [], record, cassette }: Asked): Promise<RunResult | RunFailure> {
  const assignments = [
    `paths.logs=${folder}/logs`,
    `paths.cache=${folder}/cache`,
    'brain.gate=0',
    'brain.decisionLatencyMs=300',
    'risk.maxSpread=1',
    'risk.maxSpreadOpenDrive=1',
    ...set,
  ];
  const environment = { FSD_API_KEY: SECRET };
  const handle = await startRun({
    mode: 'backtest',
    settings: loadConfig({ workingFolder: folder, environment: {}, assignments }),
    data: [GOOG ?? ''],
    date: undefined,
    from: parseClock('10:00'),
    to: parseClock('10:03'),
    speed: 'max',
    ordersFile: undefined,
    isHeadless: true,
    output: 'json',
    reportFile: undefined,
    hasColor: false,
    environment,
    recordFile: record,
    cassetteFile: cassette,
  });
  return handle.finished;
}

/** Buys at the touch when flat, for the price that the question tells. */
function buyer(body: Readonly<Record<string, unknown>>) {
  const text = JSON.stringify(body);
  // the prompt's examples have some, too: the question's own is the last
  const ask = Number(/.*\\"ASK_STACK\\":\[\[([\d.]+)/.exec(text)?.[1]);
  const price = (distance: number) => Math.round((ask + distance) * 100) / 100;
  const args = {
    limit_price: ask,
    stop_loss: price(-0.2),
    profit_target: price(0.4),
    size: 10,
    conviction: 0.6,
    reasoning: `buyers; your key is ${SECRET}`,
  };
  return {
    kind: 'answer' as const,
    spoken: { calls: [{ name: 'enter_long', arguments: JSON.stringify(args) }] },
  };
}

test.skipIf(GOOG === undefined)(
  'a run with a model is recorded, and replayed with its server gone and no key: the same journal, explained the same',
  { timeout: 60_000 },
  async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'goog.cassette');
    const server = await LlmServer.start();
    let isClosed = false;
    const close = async () => {
      if (!isClosed) await server.close();
      isClosed = true;
    };
    onTestFinished(close);
    server.decide = ({ body }) => buyer(body);
    const set = ['brain.provider=compatible', 'brain.model=m-1', `brain.baseUrl=${server.baseUrl}`];
    const recorded = await run({ folder, set, record: path });
    const asked = server.questions.length;
    await close();
    if ('kind' in recorded) throw new Error(recorded.text);

    const replayed = await run({ folder, set: ['brain.provider=replay'], cassette: path });
    if ('kind' in replayed) throw new Error(replayed.text);
    expect(replayed.journalSha256).toBe(recorded.journalSha256);
    expect(replayed.decisions).toEqual(recorded.decisions);
    expect(replayed.trades).toEqual(recorded.trades);
    expect(asked).toBeGreaterThan(50);
    expect(recorded.decisions.byTool['enter_long']).toBeGreaterThan(0);

    // another question than the recorded ones ends the run, and says where it differs
    const other = await run({
      folder,
      set: ['brain.provider=replay', 'brain.prompt=breakout.v1'],
      cassette: path,
    });
    expect(other).toMatchObject({
      kind: 'data',
      text: expect.stringMatching(/lacks question D1 .*: system differs from the nearest/),
    });

    // everything that was asked and answered is in the journal, once, and no secret with it
    const journal = journalPath(`${folder}/logs`, replayed.run.id);
    const entered = readJournal(journal)
      .entries.map(({ body }) => (body.type === 'decision' ? body.decision : undefined))
      .find((decision) => decision?.tool === 'enter_long');
    const settings = loadConfig({ workingFolder: folder, environment: {} });
    const explained = await explainDecision({
      logsFolder: `${folder}/logs`,
      run: replayed.run.id,
      decision: entered?.id ?? '',
      data: [],
      settings,
    });
    if ('problem' in explained) throw new Error(explained.problem);
    expect(explained.note).toBeNull();
    expect(explained.question?.user).toMatch(/^HISTORY \[/);
    expect(explained.question?.system).toContain('# The checklist');
    expect(explained.answer).toContain('enter_long');
    expect(explained.orders.map(({ kind }) => kind)).toContain('fill');
    expect(explained.after?.moves.map(({ secs }) => secs)).toEqual([1, 5, 30, 60, 300]);
    const { trade } = explained;
    expect(trade).not.toBeNull();
    // ten shares, a tick of a cent: a dollar is ten ticks
    expect(trade?.maeTicks).toBeCloseTo((trade?.mae ?? 0) * 10, 6);
    expect(replayed.trades).toContainEqual(expect.objectContaining({ entryTs: trade?.entryTs }));

    const database = new DatabaseSync(journal, { readOnly: true });
    const all = database.prepare('select name, body from documents').all();
    const bodies = database.prepare('select body from entries').all();
    database.close();
    const texts = all.filter(({ name }) => String(name).startsWith('text:'));
    expect(texts.length).toBeGreaterThan(asked);
    expect(new Set(texts.map(({ name }) => name)).size).toBe(texts.length);
    const everything = JSON.stringify([all, bodies]) + readFileSync(path, 'latin1');
    expect(everything).not.toContain(SECRET);
    expect(everything).toContain('[redacted]');
  },
);
