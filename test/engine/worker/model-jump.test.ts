import { expect, test } from 'vitest';
import type { ModelClient } from '../../../src/brain/model/port.ts';
import { RememberingClient } from '../../../src/brain/model/remembering-client.ts';
import type { EngineCommand, EngineMessage } from '../../../src/engine/protocol.ts';
import { EngineRunner } from '../../../src/engine/worker/engine-runner.ts';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import { JournalHasher } from '../../../src/journal/journal-hasher.ts';
import { RewindableJournal, standingEntries } from '../../../src/journal/rewindable-journal.ts';
import { createSha256, sha256Of } from '../../../src/platform/sha256.ts';
import { FREE_LIMITS, generatedBatch, OPEN } from '../../support/engine-rig.ts';
import { memoryFeed } from '../../support/memory-feed.ts';
import { modelRig, replyOf, shownIn, soundLong } from '../../support/model-rig.ts';

const MINUTES = 2;
const MINUTE = 60e9;
const batch = generatedBatch(8_000, MINUTES);

/** A model that trades at the touch, and answers each question otherwise than the last one. */
function restlessModel() {
  let asked = 0;
  const client: ModelClient = {
    async ask(request) {
      asked++;
      const shown = shownIn(request.user);
      const reasoning = `${asked}`;
      const leaves = asked % 3 === 0 ? 'exit_position' : 'wait';
      const call =
        shown.position === 0
          ? { tool: 'enter_long', arguments: { ...soundLong(shown), reasoning } }
          : { tool: leaves, arguments: { reasoning } };
      const key = sha256Of(request.user);
      return replyOf({
        calls: [call],
        latencyMs: 150 + ((asked * 37) % 400),
        requestSha256: key,
        answerSha256: sha256Of(`${asked}`),
      });
    },
  };
  return { client, asked: () => asked };
}

function runOf(assignments: readonly string[] = []) {
  const { client, asked } = restlessModel();
  const stored: JournalEntry[] = [];
  const hasher = new JournalHasher(createSha256(), 'r');
  const journal = new RewindableJournal(
    { append: (entry) => stored.push(structuredClone(entry)) },
    hasher,
  );
  const alarms: string[] = [];
  const nothing = (): void => undefined;
  const rig = modelRig(
    new RememberingClient(client, sha256Of),
    [...FREE_LIMITS, 'brain.intervalMs=2000', ...assignments],
    {
      groupEnds: 'sequence',
      journal,
      observer: {
        onDecision: nothing,
        onFill: nothing,
        onTrip: nothing,
        onOrderEvent: nothing,
        onAlarm: (_level, text) => alarms.push(text),
      },
    },
  );
  const messages: EngineMessage[] = [];
  const runner = new EngineRunner({
    engine: rig.engine,
    feed: memoryFeed(batch, 500),
    mode: 'backtest',
    profile: '',
    speed: Number.POSITIVE_INFINITY,
    post: (message) => messages.push(message),
    checkpoints: { everyEvents: 1_000, mostBytes: 1e9 },
  });
  let ids = 0;
  const ask = async (command: EngineCommand): Promise<{ accepted: boolean; text: string }> => {
    const id = ++ids;
    runner.onMessage({ type: 'command', id, command });
    for (;;) {
      for (const message of messages)
        if (message.type === 'command-answered' && message.id === id)
          return { accepted: message.accepted, text: message.text };
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const outcome = () => ({
    standing: standingEntries(stored),
    digest: hasher.digest(),
    costUsd: rig.recorder.costUsd,
    trips: rig.engine.desk.portfolio.trips,
  });
  return { ...rig, runner, ask, asked, stored, alarms, outcome };
}

const at = (part: number): EngineCommand => ({
  name: 'jump-to',
  ts: OPEN + Math.floor(part * MINUTES * MINUTE),
});

test('a model’s run goes back and on by its recorded answers: nobody is asked again, and the end is the same', async () => {
  const never = runOf();
  await never.runner.run();
  expect(never.asked()).toBeGreaterThan(20);
  expect(never.engine.desk.portfolio.trips.length).toBeGreaterThan(5);
  const rig = runOf();
  await rig.ask({ name: 'pause-replay' });
  const finished = rig.runner.run();
  await rig.ask(at(0.9));
  const asked = rig.asked();
  expect(asked).toBeGreaterThan(15);
  const { brain } = rig.engine.decisions ?? {};
  const paidUsd = brain?.paidUsd ?? 0;
  expect(paidUsd).toBeCloseTo(rig.recorder.costUsd ?? 0, 9);
  for (const part of [0.4, 0.3, 0.85]) {
    expect(await rig.ask(at(part))).toMatchObject({ accepted: true });
    // the way that stands is shorter now, and what was paid was paid
    expect(rig.recorder.costUsd).toBeLessThan(paidUsd);
    expect(brain?.paidUsd).toBe(paidUsd);
    for (const unit of ['decision', 'event', 'fill', 'snapshot', 'trade'] as const)
      expect(await rig.ask({ name: 'step', unit, direction: 'back' })).toMatchObject({
        accepted: true,
      });
  }
  expect(rig.asked()).toBe(asked);
  await rig.ask({ name: 'resume-replay' });
  await finished;
  expect(rig.asked()).toBe(never.asked());
  expect(rig.stored).toEqual(never.stored);
  expect(rig.outcome()).toEqual(never.outcome());
});

test('on another way the model is asked anew, and the run’s budget counts both ways', async () => {
  const rig = runOf(['brain.budgetRunUsd=0.05']);
  await rig.ask({ name: 'pause-replay' });
  const finished = rig.runner.run();
  await rig.ask(at(0.2));
  await rig.ask({ name: 'flatten' });
  await rig.ask(at(0.5));
  const asked = rig.asked();
  await rig.ask(at(0.1));
  expect((await rig.ask({ name: 'flatten-and-halt' })).text).toBe(
    'flatten and halt: nothing to do; another way from here (see the log)',
  );
  expect(rig.alarms.at(-2)).toMatch(
    /^another way from here: what was played up to 09:31:00 with 1 of its commands by hand does not come again; the journal keeps it$/,
  );
  await rig.ask({ name: 'reset-halt' });
  await rig.ask({ name: 'resume-replay' });
  await finished;
  expect(rig.asked()).toBeGreaterThan(asked);
  // a question costs more than a tenth of a cent: the last one may go beyond the budget, and none after it
  const perQuestion = (rig.recorder.costUsd ?? 0) / Math.max(1, rig.recorder.asked);
  expect(perQuestion).toBeGreaterThan(0.001);
  expect(rig.asked() * perQuestion).toBeLessThan(0.05 + 2 * perQuestion);
  expect(rig.recorder.denied['BUDGET']).toBeGreaterThan(0);
});
