import { join } from 'node:path';
import { startRun } from '../../../src/app/run.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { RunResult } from '../../../src/domain/run.ts';
import { LlmServer } from '../../support/llm-server/llm-server.ts';
import { shownIn, soundLong } from '../../support/model-rig.ts';
import { testData } from '../../support/test-data.ts';
import type { Violations } from '../proof.ts';
import { userText } from './fault-rows.ts';

const GOOG = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');

export interface RecordedDay {
  readonly questions: number;
  readonly trades: number;
  readonly journalSha256: string;
}

/**
 * Plays a whole LOBSTER day with a scripted model over the wire, recorded, and again from the cassette alone, with the server gone: the
 * journal must be the same. `undefined` where this machine has no such day.
 *
 * @param folder For logs and cassette.
 */
export async function playRecordedDay(
  folder: string,
  violations: Violations,
): Promise<RecordedDay | undefined> {
  if (GOOG === undefined) return undefined;
  const cassette = join(folder, 'day.cassette');
  const server = await LlmServer.start();
  server.decide = ({ body }) => {
    const shown = shownIn(userText(body));
    const isFlat = shown.position === 0;
    const name = isFlat ? 'enter_long' : 'wait';
    const args = JSON.stringify(isFlat ? soundLong(shown) : { reasoning: 'in' });
    return { kind: 'answer', spoken: { calls: [{ name, arguments: args }] } };
  };
  let recorded: RunResult;
  try {
    const set = ['brain.provider=compatible', 'brain.model=m', `brain.baseUrl=${server.baseUrl}`];
    recorded = await played(folder, GOOG, set, { record: cassette });
  } finally {
    await server.close();
  }
  const again = await played(folder, GOOG, ['brain.provider=replay'], { cassette });
  if (again.journalSha256 !== recorded.journalSha256)
    violations.note(`the replayed day has the journal ${again.journalSha256}`);
  if (recorded.decisions.asked < 1000) violations.note('the recorded day asked next to nothing');
  return {
    questions: recorded.decisions.asked,
    trades: recorded.trades.length,
    journalSha256: recorded.journalSha256,
  };
}

async function played(
  folder: string,
  data: string,
  set: readonly string[],
  files: { readonly record?: string; readonly cassette?: string },
): Promise<RunResult> {
  const assignments = [
    `paths.logs=${folder}/logs`,
    `paths.cache=${folder}/cache`,
    'brain.gate=0',
    'risk.maxSpread=1',
    'risk.maxSpreadOpenDrive=1',
    'risk.dailyTrades=100000',
    'risk.dailyLossUsd=1000000',
    ...set,
  ];
  const handle = await startRun({
    mode: 'backtest',
    settings: loadConfig({ workingFolder: folder, environment: {}, assignments }),
    data: [data],
    date: undefined,
    from: undefined,
    to: undefined,
    speed: 'max',
    ordersFile: undefined,
    isHeadless: true,
    output: 'json',
    reportFile: undefined,
    hasColor: false,
    environment: {},
    recordFile: files.record,
    cassetteFile: files.cassette,
  });
  const result = await handle.finished;
  if ('kind' in result) throw new Error(result.text);
  return result;
}
