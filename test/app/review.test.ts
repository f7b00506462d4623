import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Review } from '../../src/app/review.ts';
import { startRun } from '../../src/app/run.ts';
import type { RunOptions } from '../../src/app/run-options.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { parseClock } from '../../src/domain/time.ts';
import type { EngineMessage } from '../../src/engine/protocol.ts';
import { fakeTrade } from '../support/fake-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function optionsOf(folder: string, more: readonly string[] = []): RunOptions {
  const assignments = [`paths.logs=${folder}/logs`, `paths.cache=${folder}/cache`, ...more];
  return {
    mode: 'simulation',
    settings: loadConfig({ workingFolder: folder, environment: {}, assignments }),
    data: [],
    date: undefined,
    from: undefined,
    to: parseClock('09:30:40'),
    speed: 'max',
    ordersFile: undefined,
    isHeadless: false,
    output: 'text',
    reportFile: undefined,
    hasColor: false,
    environment: {},
    recordFile: undefined,
    cassetteFile: undefined,
  };
}

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('fsd-tui-review-'));

test('a run that ended comes again, held at a trade’s moment, and leaves nothing behind; what cannot says why', async () => {
  const folder = temporaryFolder({});
  const options = optionsOf(folder);
  const handle = await startRun(options);
  const review = new Review(handle, options);
  const messages: EngineMessage[] = [];
  review.subscribe((message) => messages.push(message));
  review.view({ ladderRows: 20, ladderCenter: null, framesPerSecond: 30 });
  const outcome = await handle.finished;
  if ('kind' in outcome) throw new Error(outcome.text);
  const { session } = outcome.run;
  const why = (other: RunOptions) =>
    new Review(handle, other)
      .open({ ...fakeTrade(1), entryTs: `${session}T13:30:00Z` }, session)
      .catch((error: unknown) => String(error));
  expect(await why(optionsOf(folder, ['brain.provider=grok']))).toMatch(/asked and paid again/);
  expect(await why({ ...options, venue: '/a/socket' })).toMatch(/venue in another/);
  expect(await why({ ...options, mode: 'paper' })).toMatch(/does not come again/);
  const kept = () =>
    new Set(readdirSync(join(folder, 'logs'), { recursive: true, encoding: 'utf8' }));
  const keptBefore = kept();
  const before = folders().length;
  const trade = { ...fakeTrade(26), entryTs: `${session}T13:30:20.500000000Z` };
  const begin = await review.open(trade, session);
  expect(messages.at(-1)?.type).toBe('run-ended');
  messages.length = 0;
  begin();
  const arrived = () =>
    messages.findLast((message) => message.type === 'command-answered' && message.text !== '');
  const end = Date.now() + 20_000;
  const text = () => {
    const answer = arrived();
    return answer?.type === 'command-answered' ? answer.text : '';
  };
  while (!text().startsWith('at ') && Date.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(text()).toMatch(/^at 09:30:20\.(?:4[89]|500)/);
  await new Promise((resolve) => setTimeout(resolve, 80));
  const frame = messages.findLast((message) => message.type === 'frame');
  expect(frame).toMatchObject({ replay: { paused: true }, symbol: outcome.run.symbol });
  expect(folders().length).toBe(before + 1);
  await review.close();
  expect(folders().length).toBe(before);
  // what is kept is the first run's
  expect(kept()).toEqual(keptBefore);
});
