import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CassetteWriter, readCassette } from '../../../src/app/cassette-file.ts';
import { openSessionFeed } from '../../../src/app/session-setup.ts';
import { askedSettingsOf } from '../../../src/brain/cassette/cassette-line.ts';
import { RecordingClient } from '../../../src/brain/cassette/recording-client.ts';
import { ReplayClient } from '../../../src/brain/cassette/replay-client.ts';
import { KeepingClient } from '../../../src/brain/model/keeping-client.ts';
import type { ModelClient, ModelRequest } from '../../../src/brain/model/port.ts';
import { requestText } from '../../../src/brain/model/request-text.ts';
import { sha256Of } from '../../../src/platform/sha256.ts';
import {
  bodiesOf,
  engineRig,
  FREE_LIMITS,
  playThinking,
  settingsWith,
} from '../../support/engine-rig.ts';
import { drain } from '../../support/event-lines.ts';
import { askingBrain, replyTo, scriptedClient } from '../../support/model-brain.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testData } from '../../support/test-data.ts';

const GOOG = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');
const HEADER = {
  provider: 'scripted',
  model: 'm-1',
  settings: askedSettingsOf(settingsWith().brain),
};
const keepAll = (text: string): string => text;

function request(user: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    decisionId: 'D1',
    model: 'm-1',
    system: 'trade well',
    user: `HISTORY []\nMARKET_STATE ${user}`,
    answers: 'tools',
    ...more,
  };
}

function recorder(path: string, inner: ModelClient, redact = keepAll) {
  const file = new CassetteWriter(path);
  const client = new RecordingClient({
    inner,
    header: HEADER,
    redact,
    sha256: sha256Of,
    write: (lines) => file.write(lines),
  });
  return { client, file };
}

async function replayOf(path: string): Promise<ReplayClient> {
  return new ReplayClient(await readCassette(path), sha256Of);
}

test('what was recorded is answered again, a repeated question with its next recording', async () => {
  const path = join(temporaryFolder(), 'a.cassette');
  let count = 0;
  const inner: ModelClient = {
    ask: (asked) =>
      Promise.resolve(replyTo(asked, { text: `answer ${++count}`, latencyMs: count })),
  };
  const { client, file } = recorder(path, inner);
  const put = [request('{"LAST":1}'), request('{"LAST":2}'), request('{"LAST":1}')];
  const replies = [];
  for (const each of put) replies.push(await client.ask(each));
  file.close();

  const replay = await replayOf(path);
  // whose decision it is is no part of the question
  for (const [i, each] of put.entries())
    expect(await replay.ask({ ...each, decisionId: `D${i + 100}` })).toEqual(replies[i]);
  await expect(replay.ask(put[0] ?? request(''))).rejects.toThrow(
    /recorded 2 times, put once more/,
  );
  expect((await readCassette(path)).header).toEqual(HEADER);
});

test.for([
  [{ model: 'm-2' }, '{"LAST":1,"HOD":5}', 'model differs'],
  [{ system: 'trade badly' }, '{"LAST":1,"HOD":5}', 'system differs'],
  [{ answers: 'language' }, '{"LAST":1,"HOD":5}', 'tools differs'],
  [
    {},
    '{"LAST":2.5,"HOD":8}',
    'MARKET_STATE.HOD differs from the nearest recorded one: asked 8, recorded 9',
  ],
  [{}, '{"LAST":3,"HOD":5,"X":[1,{"Y":2}]}', 'MARKET_STATE.LAST differs'],
  [{}, '{"LAST":1,"HOD":5,"X":[1]}', 'MARKET_STATE.X[0] differs'],
] as const)(
  'a question that was not recorded names the first field that differs: %j',
  async ([more, user, said]) => {
    const path = join(temporaryFolder(), 'a.cassette');
    const { client, file } = recorder(path, {
      ask: (asked) => Promise.resolve(replyTo(asked, { text: 'x' })),
    });
    await client.ask(request('{"LAST":1,"HOD":5}'));
    await client.ask(request('{"LAST":2.5,"HOD":9}'));
    file.close();
    await expect((await replayOf(path)).ask(request(user, more))).rejects.toThrow(said);
  },
);

test('no secret is in a cassette or in the texts that are kept', async () => {
  const path = join(temporaryFolder(), 'a.cassette');
  const secret = 'sesame-"\\-4711';
  const inner: ModelClient = {
    ask: (asked) =>
      Promise.resolve(
        replyTo(asked, {
          text: `your key ${secret}`,
          figures: { [secret]: secret },
          calls: [{ tool: secret, arguments: { deep: [secret] } }],
          body: `{"error":"${secret}"}`,
        }),
      ),
  };
  const redact = (text: string) => text.replaceAll(secret, '[redacted]');
  const { client, file } = recorder(path, inner, redact);
  const kept: string[] = [];
  const keeping = new KeepingClient({
    inner: client,
    keeper: { keep: (_sha256, text) => kept.push(text) },
    sha256: sha256Of,
    redact,
  });
  const asked = request(secret, { system: secret });
  const { requestSha256 } = await keeping.ask(asked);
  file.close();
  const all = JSON.stringify([await readCassette(path), kept]);
  expect(all).not.toContain('sesame');
  expect(all).not.toContain('4711');
  expect(all).toContain('[redacted]');
  // the key is still that of the question as it was put
  expect(requestSha256).toBe(sha256Of(requestText(asked)));
  await expect((await replayOf(path)).ask(asked)).resolves.toMatchObject({ requestSha256 });
});

test('a cassette is zstd from its first byte, is never written over, and damage is told', async () => {
  const folder = temporaryFolder({
    'text.cassette': 'hello',
    'other.cassette': '{"type":"text"}\n',
  });
  const path = join(folder, 'a.cassette');
  const { client, file } = recorder(path, scriptedClient());
  await client.ask(request('{"ASK_STACK":[[1,1]]}'));
  file.close();
  const bytes = readFileSync(path);
  expect(bytes.subarray(0, 4)).toEqual(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
  expect(() => new CassetteWriter(path)).toThrow(/cannot become a new cassette/);
  writeFileSync(join(folder, 'cut.cassette'), bytes.subarray(0, bytes.length - 9));
  await expect(readCassette(join(folder, 'cut.cassette'))).rejects.toThrow(/cut\.cassette/);
  await expect(readCassette(join(folder, 'text.cassette'))).rejects.toThrow(/line 1 is no JSON/);
  await expect(readCassette(join(folder, 'other.cassette'))).rejects.toThrow(/line 1/);
  await expect(readCassette(join(folder, 'none.cassette'))).rejects.toThrow(/no such file/);
});

test.skipIf(GOOG === undefined)(
  'twenty minutes of a LOBSTER day, replayed from their cassette, give the same journal',
  { timeout: 60_000 },
  async () => {
    const feed = await openSessionFeed([GOOG ?? ''], undefined);
    const { day, groupEnds } = feed.description;
    const batch = await drain(feed);
    const settings = settingsWith(...FREE_LIMITS, 'validation.maxStop=0.3');
    const from = 14 * 3600e9;
    const play = async (client: ModelClient) => {
      const brain = askingBrain(client, settings);
      const window = { from, to: from + 1200e9 };
      const rig = engineRig({ settings, day, groupEnds, window, brain });
      await playThinking(rig.engine, batch);
      return rig;
    };
    const path = join(temporaryFolder(), 'goog.cassette');
    const inner = scriptedClient();
    const { client, file } = recorder(path, inner);
    const recorded = await play(client);
    file.close();

    const cassette = await readCassette(path);
    const replayed = await play(new ReplayClient(cassette, sha256Of));
    expect(JSON.stringify(replayed.entries)).toBe(JSON.stringify(recorded.entries));
    // something happened that could have differed
    expect(inner.asked.length).toBeGreaterThan(300);
    expect(cassette.exchanges).toHaveLength(inner.asked.length);
    expect(bodiesOf(recorded.entries, 'order-report').length).toBeGreaterThan(20);
    const codes = new Set(recorded.decisions.map(({ code }) => code));
    expect(codes).toContain('TIMEOUT');
    expect(codes).toContain('UNKNOWN_TOOL');
    // and every decision has its answer in the cassette
    const keys = new Set(cassette.exchanges.map(({ key }) => key));
    for (const { requestSha256 } of recorded.decisions) expect(keys).toContain(requestSha256);

    // with another latency setting the run takes another way, which the cassette does not have
    const other = settingsWith(...FREE_LIMITS, 'brain.decisionLatencyMs=3000');
    const rig = engineRig({
      settings: other,
      day,
      groupEnds,
      window: { from, to: from + 1200e9 },
      brain: askingBrain(new ReplayClient(cassette, sha256Of), other),
    });
    await expect(playThinking(rig.engine, batch)).rejects.toThrow(/lacks question D\d+ .* differs/);
  },
);
