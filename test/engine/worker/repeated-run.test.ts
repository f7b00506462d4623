import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EngineCommand, EngineMessage, TradingCommand } from '../../../src/engine/protocol.ts';
import { EngineRunner } from '../../../src/engine/worker/engine-runner.ts';
import { commandsIn } from '../../../src/engine/worker/repeated-run.ts';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import { JournalHasher } from '../../../src/journal/journal-hasher.ts';
import { RepeatError, RepeatedJournal } from '../../../src/journal/repeated-journal.ts';
import { RewindableJournal, standingEntries } from '../../../src/journal/rewindable-journal.ts';
import { createSha256 } from '../../../src/platform/sha256.ts';
import {
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  restlessBrain,
  settingsWith,
} from '../../support/engine-rig.ts';
import { memoryFeed } from '../../support/memory-feed.ts';

const settings = settingsWith(
  ...FREE_LIMITS,
  'brain.decisionLatencyMs=130',
  'latency.model=lognormal',
);
const batch = generatedBatch(12_000, 2);

interface Played {
  readonly stored: readonly JournalEntry[];
  readonly hash: string;
  readonly answers: readonly string[];
}

/**
 * Plays the session to its end, after what an earlier process stored.
 *
 * @param given Commands by the number of decisions after which they are given.
 */
async function play(
  options: {
    readonly stored?: readonly JournalEntry[];
    readonly given?: ReadonlyMap<number, EngineCommand>;
    readonly size?: number;
    readonly speed?: number;
    readonly seed?: number;
  } = {},
): Promise<Played> {
  const { stored: before = [], given = new Map(), size = 1_009 } = options;
  const stored = before.slice();
  const hasher = new JournalHasher(createSha256(), 'r');
  const journal = new RewindableJournal(
    { append: (entry) => stored.push(structuredClone(entry)) },
    hasher,
  );
  journal.knowStored(before);
  const standing = standingEntries(before);
  const repeated = new RepeatedJournal(journal, standing, 'r');
  const answers: string[] = [];
  let decisions = 0;
  const give = (command: EngineCommand | undefined) => {
    if (command !== undefined) runner.onMessage({ type: 'command', id: decisions, command });
  };
  const nothing = () => undefined;
  const rig = engineRig({
    settings: options.seed === undefined ? settings : { ...settings, seed: options.seed },
    brain: restlessBrain(2),
    groupEnds: 'sequence',
    journal: repeated,
    observer: {
      onDecision: () => give(given.get(++decisions)),
      onFill: nothing,
      onTrip: nothing,
      onOrderEvent: nothing,
      onAlarm: nothing,
    },
  });
  const runner: EngineRunner = new EngineRunner({
    engine: rig.engine,
    feed: memoryFeed(batch, size),
    mode: 'simulation',
    profile: 'momentum',
    speed: options.speed ?? Number.POSITIVE_INFINITY,
    post(message: EngineMessage) {
      if (message.type === 'command-answered') answers.push(`${message.id}: ${message.text}`);
    },
    repeats: {
      until: standing.at(-1)?.ts ?? 0,
      commands: commandsIn(standing),
      isRepeating: () => repeated.isRepeating,
    },
  });
  give(given.get(0));
  await runner.run();
  return { stored, hash: hasher.digest(), answers };
}

const commands = new Map<number, TradingCommand>([
  [12, { name: 'flatten' }],
  [
    16,
    {
      name: 'enter-bracket',
      side: 'buy',
      price: null,
      quantity: 10,
      stopTicks: 15,
      targetTicks: 30,
      timeoutSecs: 5,
    },
  ],
  [20, { name: 'cancel-entries' }],
  [25, { name: 'pause-brain' }],
]);

test('wherever a run stopped, it goes on to the same end, its journal only longer', async () => {
  const whole = await play();
  expect(whole.stored.length).toBeGreaterThan(200);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: whole.stored.length }),
      fc.integer({ min: 300, max: 5_000 }),
      async (kept, size) => {
        const resumed = await play({ stored: whole.stored.slice(0, kept), size });
        expect(resumed).toEqual(whole);
      },
    ),
    { numRuns: 10, seed: 3 },
  );
});

test('commands by hand are given again where they were, also the last one of all', async () => {
  const whole = await play({ given: commands });
  const tape = commandsIn(whole.stored);
  expect(tape.map(({ command }) => command.name)).toEqual([
    'flatten',
    'enter-bracket',
    'cancel-entries',
    'pause-brain',
  ]);
  const last = whole.stored.findLastIndex(({ body }) => body.type === 'command') + 1;
  for (const kept of [last, last + 1, whole.stored.length - 1]) {
    const resumed = await play({ stored: whole.stored.slice(0, kept), size: 700 });
    expect(resumed.hash).toBe(whole.hash);
    expect(resumed.stored).toEqual(whole.stored);
  }
});

test('a new command waits until the run is where it stopped, and is journalled after it', async () => {
  const whole = await play();
  const kept = whole.stored.slice(0, 150);
  const { stored, answers } = await play({
    stored: kept,
    given: new Map([[0, { name: 'flatten-and-halt' }]]),
  });
  expect(answers).toEqual([expect.stringMatching(/^0: flatten and halt: /)]);
  expect(stored.slice(0, 150)).toEqual(kept);
  const at = stored.findIndex(({ body }) => body.type === 'command');
  expect(at).toBeGreaterThanOrEqual(150);
  expect(stored.find(({ body }) => body.type === 'halted')?.sequence).toBe(at + 2);
});

test('what is repeated keeps no pace, what follows does', async () => {
  const whole = await play();
  const last = whole.stored.at(-1)?.ts ?? 0;
  const kept = whole.stored.filter(({ ts }) => ts < last - 4e9);
  const started = performance.now();
  // with the pace all of it would take 6 s, and what follows takes 0.2 s
  const resumed = await play({ stored: kept, speed: 20 });
  expect(resumed.stored).toEqual(whole.stored);
  expect(performance.now() - started).toBeGreaterThan(100);
  expect(performance.now() - started).toBeLessThan(4_000);
});

test('other input is found out at the first entry that does not come again, and nothing is written', async () => {
  const whole = await play();
  const stored = whole.stored.slice(0, 100);
  const failure = await play({ stored, seed: 99 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RepeatError);
  expect(String(failure)).toMatch(
    /entry \d+ of its journal does not come again\n +it was .*\n +it is .*\nThe data, the settings/,
  );
});

test('a journal that is longer than the data has another end, and that is said', async () => {
  const whole = await play();
  const more = {
    sequence: whole.stored.length + 1,
    ts: 1,
    body: { type: 'run-ended', reason: '' },
  };
  const last = whole.stored.at(-1);
  if (last === undefined) throw new Error('nothing was stored');
  const stored = [...whole.stored.slice(0, -1), { ...last, body: more.body } as JournalEntry];
  await expect(play({ stored })).rejects.toThrow(`entry ${last.sequence} of its journal`);
});
