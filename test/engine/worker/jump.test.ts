import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openCompiledFeed } from '../../../src/adapters/compiled/compiled-feed.ts';
import { COMPILED_ENDING } from '../../../src/adapters/compiled/compiled-format.ts';
import { openDbnFeed } from '../../../src/adapters/databento/dbn-feed.ts';
import { openDbnWriter } from '../../../src/adapters/databento/dbn-writer.ts';
import { compileFile } from '../../../src/app/compiled-day.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { Random } from '../../../src/domain/random.ts';
import type { EngineCommand, EngineMessage, TradingCommand } from '../../../src/engine/protocol.ts';
import type { RunObserver } from '../../../src/engine/run-recorder.ts';
import { runResultOf } from '../../../src/engine/run-result.ts';
import type { TradingEngine } from '../../../src/engine/trading-engine.ts';
import { EngineRunner } from '../../../src/engine/worker/engine-runner.ts';
import type { CheckpointLimits } from '../../../src/engine/worker/run-history.ts';
import type { Feed } from '../../../src/feeds/port.ts';
import { RereadFeed } from '../../../src/feeds/reread-feed.ts';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import { JournalHasher } from '../../../src/journal/journal-hasher.ts';
import { RewindableJournal, standingEntries } from '../../../src/journal/rewindable-journal.ts';
import { createSha256 } from '../../../src/platform/sha256.ts';
import {
  answerOf,
  brainOf,
  DAY,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  OPEN,
  restlessBrain,
  settingsWith,
  WAIT,
} from '../../support/engine-rig.ts';

const settings = settingsWith(
  ...FREE_LIMITS,
  'brain.decisionLatencyMs=130',
  'latency.model=lognormal',
);
const MINUTE = 60e9;
const MINUTES = 4;
const folder = mkdtempSync(join(tmpdir(), 'fsd-tui-test-'));
const file = join(folder, 'TSLA.dbn');
const batch = generatedBatch(40_000, MINUTES);

beforeAll(async () => {
  const header = {
    dataset: 'XNAS.ITCH',
    symbol: 'TSLA',
    instrumentId: batch.words[1] ?? 0,
    day: DAY,
  };
  for (const name of ['TSLA.dbn', 'TSLA.dbn.zst']) {
    const writer = await openDbnWriter(join(folder, name), header);
    await writer.write(batch);
    await writer.close();
  }
  const config = loadConfig({ workingFolder: folder, environment: {} });
  await compileFile(file, config, () => undefined);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** How the day is opened: some feeds go back by themselves, the others are read again. */
const OPENERS: Readonly<Record<string, () => Promise<Feed>>> = {
  plain: () => openDbnFeed({ files: [file] }),
  zstd: () => openDbnFeed({ files: [`${file}.zst`] }),
  compiled: () => openCompiledFeed(file + COMPILED_ENDING, [file]),
};

const OFTEN: CheckpointLimits = { everyEvents: 3_000, mostBytes: 1e9 };

async function rigOf(
  kind = 'plain',
  options: {
    readonly checkpoints?: CheckpointLimits | undefined;
    readonly brain?: ReturnType<typeof brainOf>;
    readonly feed?: Feed;
  } = {},
) {
  const stored: JournalEntry[] = [];
  const told: string[] = [];
  const hasher = new JournalHasher(createSha256(), 'r');
  const journal = new RewindableJournal(
    { append: (entry) => stored.push(structuredClone(entry)) },
    hasher,
  );
  const tell =
    (what: string) =>
    (...facts: readonly unknown[]): void => {
      told.push(`${what} ${JSON.stringify(facts)}`);
    };
  const observer: RunObserver = {
    onDecision: tell('decision'),
    onFill: tell('fill'),
    onTrip: tell('trip'),
    onOrderEvent: tell('order'),
    onAlarm: tell('alarm'),
  };
  const { brain = restlessBrain(3) } = options;
  const rig = engineRig({ settings, brain, groupEnds: 'sequence', journal, observer });
  const open = OPENERS[kind];
  if (open === undefined) throw new Error('no such day');
  const feed = options.feed ?? (await RereadFeed.of(open));
  onTestFinished(() => feed.close());
  const messages: EngineMessage[] = [];
  const runner = new EngineRunner({
    engine: rig.engine,
    feed,
    mode: 'backtest',
    profile: 'momentum',
    speed: Number.POSITIVE_INFINITY,
    post: (message) => messages.push(message),
    checkpoints: 'checkpoints' in options ? options.checkpoints : OFTEN,
  });
  let ids = 0;
  /** Sends a command and waits for its answer. */
  const ask = async (command: EngineCommand): Promise<{ accepted: boolean; text: string }> => {
    const id = ++ids;
    runner.onMessage({ type: 'command', id, command });
    for (;;) {
      for (const message of messages)
        if (message.type === 'command-answered' && message.id === id)
          return { accepted: message.accepted, text: message.text };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  /** Steps by one event, and waits for it. */
  const step = async (): Promise<void> => {
    const { events } = rig.engine;
    await ask({ name: 'step', unit: 'event' });
    while (rig.engine.events === events) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { ...rig, stored, told, hasher, runner, ask, step };
}
type Rig = Awaited<ReturnType<typeof rigOf>>;

/** Everything that is seen of a run at a moment. */
function seenOf({ engine, analysis, recorder }: Rig): unknown {
  const { desk, account, risk, events, trades, fills, snapshots, clock } = engine;
  return structuredClone([
    [events, trades, fills, snapshots, clock, engine.lastEventTs],
    analysis.state(clock),
    analysis.tape.prints(50),
    account.state(engine.closingPrice()),
    account.activeOrders(clock),
    [...desk.orders.all],
    desk.portfolio.trips,
    [desk.bracket?.state, risk.halt, risk.isPaused],
    [recorder.asked, recorder.byTool, recorder.denied, recorder.equity],
  ]);
}

function outcomeOf({ engine, stored, hasher }: Rig) {
  const result = runResultOf(engine, {
    mode: 'backtest',
    configSha256: '',
    dataSha256: '',
    journalSha256: hasher.digest(),
    wallMs: 0,
    warnings: [],
  });
  return { result, standing: standingEntries(stored) };
}

type PlainName = Exclude<
  TradingCommand['name'],
  'enter-bracket' | 'move-stop' | 'move-target' | 'reverse'
>;

/** A run that goes to each of these moments in order, gives the commands there, and is played to its end. */
async function playedBy(
  kind: string,
  steps: readonly (readonly [at: number, ...commands: (PlainName | TradingCommand)[]])[],
): Promise<Rig> {
  const rig = await rigOf(kind);
  await rig.ask({ name: 'pause-replay' });
  const finished = rig.runner.run();
  for (const [ts, ...names] of steps) {
    await rig.ask({ name: 'jump-to', ts });
    for (const asked of names) await rig.ask(typeof asked === 'string' ? { name: asked } : asked);
  }
  await rig.ask({ name: 'resume-replay' });
  await finished;
  return rig;
}

/** An engine that was played there without any way back. */
function playedTo(engine: TradingEngine, ts: number): void {
  engine.advance(batch, 0, ts, batch.count);
  engine.advanceClock(ts);
}

test.for(Object.keys(OPENERS))(
  'after any jumps a day of kind %s stands as playing would have, and ends as if it had never gone back',
  async (kind) => {
    const rig = await rigOf(kind);
    await rig.ask({ name: 'pause-replay' });
    const finished = rig.runner.run();
    const random = new Random(9);
    for (let turn = 0; turn < 12; turn++) {
      const ts = OPEN - 5e9 + Math.floor(random.float() * MINUTES * MINUTE);
      const { accepted } = await rig.ask({ name: 'jump-to', ts });
      expect(accepted).toBe(true);
      const straight = await rigOf(kind);
      playedTo(straight.engine, ts);
      expect(seenOf(rig)).toEqual(seenOf(straight));
      expect(rig.engine.clock).toBeLessThanOrEqual(Math.max(ts, OPEN));
    }
    await rig.ask({ name: 'resume-replay' });
    await finished;
    const never = await rigOf(kind);
    await never.runner.run();
    expect(outcomeOf(rig)).toEqual(outcomeOf(never));
    expect(never.engine.desk.portfolio.trips.length).toBeGreaterThan(20);
    expect(rig.stored).toEqual(never.stored);
  },
);

test('what happens is told once by jumps, and again by playing it again', async () => {
  const never = await rigOf();
  await never.runner.run();
  const rig = await rigOf();
  await rig.ask({ name: 'pause-replay' });
  const finished = rig.runner.run();
  for (const part of [0.5, 0.2, 0.7, 0.1, 0.6, 0.8])
    await rig.ask({ name: 'jump-to', ts: OPEN + part * MINUTES * MINUTE });
  expect(rig.told.length).toBeGreaterThan(100);
  expect(rig.told).toEqual(never.told.slice(0, rig.told.length));
  const before = rig.told.length;
  await rig.ask({ name: 'jump-to', ts: OPEN + 0.75 * MINUTES * MINUTE });
  expect(rig.told).toHaveLength(before);
  await rig.ask({ name: 'resume-replay' });
  await finished;
  const again = rig.told.slice(before);
  expect(again).toEqual(never.told.slice(-again.length));
  expect(before + again.length).toBeGreaterThan(never.told.length);
});

test('commands by hand are obeyed again where they were given', async () => {
  const moments = [1, 1.5, 2.2].map((minutes) => OPEN + minutes * MINUTE + 77);
  const [first = 0, second = 0, third = 0] = moments;
  const hands = [
    [first, 'flatten', 'pause-brain'],
    [second, 'resume-brain'],
    [third, 'kill'],
  ] as const;
  const straight = await playedBy('plain', hands);
  const rig = await rigOf();
  await rig.ask({ name: 'pause-replay' });
  const finished = rig.runner.run();
  for (const [ts, ...names] of hands) {
    await rig.ask({ name: 'jump-to', ts });
    for (const name of names) await rig.ask({ name });
  }
  const seen = seenOf(rig);
  const written = rig.stored.length;
  const told = rig.told.length;
  for (const ts of [first - 1e9, second, first + 1, third]) await rig.ask({ name: 'jump-to', ts });
  expect(seenOf(rig)).toEqual(seen);
  expect(rig.told).toHaveLength(told);
  await rig.ask({ name: 'jump-to', ts: first - 1e8 });
  // steps go over the commands, too
  while (rig.engine.clock < first + 1e8) await rig.step();
  expect(rig.engine.risk.isPaused).toBe(true);
  await rig.ask({ name: 'jump-to', ts: third });
  expect(seenOf(rig)).toEqual(seen);
  expect(rig.stored).toHaveLength(written);
  await rig.ask({ name: 'jump-to', ts: first - 2e9 });
  await rig.ask({ name: 'resume-replay' });
  await finished;
  expect(rig.stored).toEqual(straight.stored);
  expect(outcomeOf(rig)).toEqual(outcomeOf(straight));
  expect(rig.engine.risk.halt?.code).toBe('KILL');
});

test('a new command takes another way from there, and the journal keeps both', async () => {
  const turn = OPEN + 1.25 * MINUTE;
  const later = OPEN + 2.5 * MINUTE;
  const rig = await playedBy('plain', [
    [later, 'kill'],
    [turn, 'flatten', 'pause-brain'],
    [later + MINUTE, 'resume-brain'],
    [turn + 1e9],
    [later + MINUTE],
  ]);
  const straight = await playedBy('plain', [
    [turn, 'flatten', 'pause-brain'],
    [later + MINUTE, 'resume-brain'],
  ]);
  expect(outcomeOf(rig)).toEqual(outcomeOf(straight));
  expect(rig.engine.risk.halt).toBeUndefined();
  expect(straight.stored.some(({ body }) => body.type === 'rewound')).toBe(false);
  const rewound = rig.stored.findIndex(({ body }) => body.type === 'rewound');
  expect(rig.stored.filter(({ body }) => body.type === 'rewound')).toHaveLength(1);
  // what did not stand any more is still there
  expect(rig.stored.slice(0, rewound).some(({ body }) => body.type === 'halted')).toBe(true);
  expect(rig.stored.map(({ sequence }) => sequence)).toEqual(rig.stored.map((_, at) => at + 1));
});

test('a command given between two steps inside a time stamp is obeyed again at its end, as it was', async () => {
  const rig = await rigOf();
  await rig.ask({ name: 'pause-replay' });
  const finished = rig.runner.run();
  await rig.ask({ name: 'jump-to', ts: OPEN + MINUTE });
  let inside = 0;
  for (let k = 0; k < 40; k++) {
    await rig.step();
    if (rig.engine.isAtEnd || k % 4 !== 3) continue;
    inside++;
    await rig.ask({ name: inside % 2 === 1 ? 'pause-brain' : 'resume-brain' });
    await rig.ask({ name: 'flatten' });
  }
  expect(inside).toBeGreaterThan(3);
  await rig.ask({ name: 'jump-to', ts: OPEN + 2 * MINUTE });
  const seen = seenOf(rig);
  const written = rig.stored.length;
  await rig.ask({ name: 'jump-to', ts: OPEN + MINUTE / 2 });
  await rig.ask({ name: 'jump-to', ts: OPEN + 2 * MINUTE });
  expect(seenOf(rig)).toEqual(seen);
  expect(rig.stored).toHaveLength(written);
  await rig.ask({ name: 'stop' });
  await finished;
});

test('checkpoints that outgrow their memory become rarer, and jumps stay what they are', async () => {
  const rig = await rigOf('plain', { checkpoints: { everyEvents: 500, mostBytes: 12e6 } });
  await rig.ask({ name: 'pause-replay' });
  const finished = rig.runner.run();
  for (const part of [0.95, 0.4, 0.05, 0.9]) {
    const ts = OPEN + Math.floor(part * MINUTES * MINUTE);
    await rig.ask({ name: 'jump-to', ts });
    const straight = await rigOf();
    playedTo(straight.engine, ts);
    expect(seenOf(rig)).toEqual(seenOf(straight));
  }
  await rig.ask({ name: 'stop' });
  await finished;
});

test('jumps are refused where there is no way back, and other commands wait for a jump to end', async () => {
  const refused = async (options: Parameters<typeof rigOf>[1], ts = OPEN + MINUTE) => {
    const rig = await rigOf('plain', options);
    await rig.ask({ name: 'pause-replay' });
    const finished = rig.runner.run();
    const answer = await rig.ask({ name: 'jump-to', ts });
    await rig.ask({ name: 'stop' });
    await finished;
    return answer;
  };
  const none = { accepted: false, text: 'this run keeps no checkpoints to go back to' };
  expect(await refused({ checkpoints: undefined })).toEqual(none);
  expect(await refused({ brain: brainOf(() => answerOf(WAIT), { model: 'm' }) })).toEqual(none);
  const oneWay = await openDbnFeed({ files: [file] });
  const { description, counts } = oneWay;
  const feed: Feed = {
    description,
    counts,
    next: () => oneWay.next(),
    close: () => oneWay.close(),
  };
  expect(await refused({ feed })).toEqual(none);
  expect(await refused({}, Number.NaN)).toEqual({
    accepted: false,
    text: 'a moment of the session is needed',
  });
  const packed = await openDbnFeed({ files: [`${file}.zst`] });
  const rig = await rigOf('zstd', { feed: packed });
  await rig.ask({ name: 'pause-replay' });
  const finished = rig.runner.run();
  const on = rig.ask({ name: 'jump-to', ts: OPEN + MINUTE });
  const killed = rig.ask({ name: 'kill' });
  expect((await on).text).toMatch(/^at 09:3\d:\d\d/);
  expect((await killed).text).toMatch(/^kill switch/);
  const [command] = rig.stored.filter(({ body }) => body.type === 'command');
  expect(command?.ts).toBeGreaterThan(OPEN + MINUTE - 1e9);
  // a compressed file that nobody reads again
  expect(await rig.ask({ name: 'jump-to', ts: OPEN })).toEqual({
    accepted: false,
    text: 'the data cannot be gone back in',
  });
  await rig.ask({ name: 'resume-replay' });
  await finished;
  expect(await rig.ask({ name: 'jump-to', ts: OPEN })).toEqual({
    accepted: false,
    text: 'the run is over',
  });
});

test('jumps in the middle of playing lead where they would from standing still', async () => {
  const rig = await rigOf();
  const finished = rig.runner.run();
  for (const part of [0.5, 0.1, 0.3, 0.2, 0.6]) {
    const ts = OPEN + part * MINUTES * MINUTE;
    const { text } = await rig.ask({ name: 'jump-to', ts });
    if (text === 'the run is over') break;
    await rig.ask({ name: 'pause-replay' });
    await rig.ask({ name: 'jump-to', ts });
    const straight = await rigOf();
    playedTo(straight.engine, ts);
    expect(seenOf(rig)).toEqual(seenOf(straight));
    await rig.ask({ name: 'resume-replay' });
  }
  await finished;
  const never = await rigOf();
  await never.runner.run();
  expect(outcomeOf(rig)).toEqual(outcomeOf(never));
  expect(rig.stored).toEqual(never.stored);
});

test('a jump beyond the data ends the run', async () => {
  const rig = await rigOf();
  await rig.ask({ name: 'pause-replay' });
  const finished = rig.runner.run();
  const answer = await rig.ask({ name: 'jump-to', ts: OPEN + 60 * MINUTE });
  await finished;
  expect(answer).toEqual({ accepted: true, text: 'the run ended on the way' });
  const never = await rigOf();
  await never.runner.run();
  expect(outcomeOf(rig)).toEqual(outcomeOf(never));
});

test('a bracket by hand, and where its stop was moved to, come again by a jump back and on', async () => {
  const buy: TradingCommand = {
    name: 'enter-bracket',
    side: 'buy',
    price: null,
    quantity: 60,
    stopTicks: 30,
    targetTicks: 60,
    timeoutSecs: 60,
  };
  const [enter, hold, late] = [OPEN + 5e9, OPEN + 9e9, OPEN + 60e9];
  const steps: Parameters<typeof playedBy>[1] = [
    [enter, 'pause-brain', 'flatten'],
    [hold, buy, { name: 'move-stop', price: 249_000_000_000 }],
    [late],
  ];
  const straight = await playedBy('plain', steps);
  const back = await playedBy('plain', [...steps, [enter], [late]]);
  expect(outcomeOf(back)).toEqual(outcomeOf(straight));
  const commands = back.stored.flatMap(({ body }) => (body.type === 'command' ? [body] : []));
  expect(commands.map(({ name }) => name)).toContain('move-stop');
  const bought = [...straight.engine.desk.orders.all].find(
    ({ request }) => request.quantity === 60,
  );
  expect(bought?.filled).toBeGreaterThan(0);
});
