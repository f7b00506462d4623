import { expect, test } from 'vitest';
import type { EventBatch } from '../../../src/domain/event.ts';
import { NS_PER_SECOND } from '../../../src/domain/time.ts';
import type { EngineCommand, EngineMessage, Mode } from '../../../src/engine/protocol.ts';
import { EngineRunner } from '../../../src/engine/worker/engine-runner.ts';
import { type Feed, FeedError } from '../../../src/feeds/port.ts';
import {
  answerOf,
  bodiesOf,
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
import { bordersOf } from '../../support/moment-watch.ts';

const settings = settingsWith(...FREE_LIMITS);
const batch = generatedBatch(30_000, 3);

/** A feed of `batch` in pieces, which ends by an error when one is given. */
function feedOf(pieces: number, failure?: Error): Feed {
  let at = 0;
  const size = Math.ceil(batch.count / pieces);
  return {
    description: {
      format: 'generated',
      source: [],
      symbol: 'TSLA',
      dataset: 'GENERATED',
      day: DAY,
      groupEnds: 'sequence',
      depth: 'orders',
      totalBytes: 0,
    },
    counts: { records: 0, bytesRead: 0, skipped: {} },
    async next(): Promise<EventBatch | undefined> {
      if (at >= batch.count) {
        if (failure !== undefined) throw failure;
        return undefined;
      }
      const count = Math.min(size, batch.count - at);
      const words = batch.words.slice(at * 14, (at + count) * 14);
      at += count;
      return { words, count };
    },
    async close() {},
  };
}

function runnerRig(
  options: {
    readonly speed?: number;
    readonly brain?: ReturnType<typeof brainOf>;
    readonly feed?: Feed;
    readonly mode?: Mode;
  } = {},
) {
  const rig = engineRig({
    settings,
    brain: options.brain ?? restlessBrain(3),
    groupEnds: 'sequence',
  });
  const messages: EngineMessage[] = [];
  const runner = new EngineRunner({
    engine: rig.engine,
    feed: options.feed ?? feedOf(7),
    mode: options.mode ?? 'backtest',
    profile: 'momentum',
    speed: options.speed ?? Number.POSITIVE_INFINITY,
    post(message) {
      messages.push(structuredClone(message));
    },
  });
  let ids = 0;
  const answers = (): Extract<EngineMessage, { type: 'command-answered' }>[] =>
    messages.filter((message) => message.type === 'command-answered');
  return {
    ...rig,
    runner,
    messages,
    answers,
    send(command: EngineCommand): void {
      ids++;
      runner.onMessage({ type: 'command', id: ids, command });
    },
  };
}

/** A run that stands still at the open, to be stepped and commanded; played on by `resume-replay`. */
async function pausedRun(brain?: ReturnType<typeof brainOf>) {
  const rig = runnerRig(brain === undefined ? {} : { brain });
  rig.send({ name: 'pause-replay' });
  const finished = rig.runner.run();
  const step = async (
    unit: Extract<EngineCommand, { name: 'step' }>['unit'],
    count: () => number,
  ) => {
    const before = count();
    rig.send({ name: 'step', unit });
    while (count() === before) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { ...rig, finished, step };
}

test('max, paced and watched runs are one and the same', async () => {
  const fast = runnerRig();
  await fast.runner.run();
  const paced = runnerRig({ speed: 600, feed: feedOf(40) });
  paced.runner.onMessage({
    type: 'view',
    ladderRows: 30,
    ladderCenter: null,
    framesPerSecond: 200,
  });
  await paced.runner.run();
  expect(paced.entries).toEqual(fast.entries);
  expect(paced.engine.desk.portfolio.trips).toEqual(fast.engine.desk.portfolio.trips);
  expect(fast.engine.desk.portfolio.trips.length).toBeGreaterThan(10);
  const frames = paced.messages.filter((message) => message.type === 'frame');
  expect(frames.length).toBeGreaterThan(5);
  expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_frame, index) => index + 1));
  expect(fast.messages.filter((message) => message.type === 'frame')).toEqual([]);
});

test('each unit is stepped to, and no further', async () => {
  const { engine, recorder, step, send, finished } = await pausedRun();
  await step('event', () => engine.events);
  expect(engine.events).toBe(1);
  await step('trade', () => engine.trades);
  expect(engine.trades).toBe(1);
  await step('snapshot', () => engine.snapshots);
  expect(engine.snapshots).toBe(1);
  await step('decision', () => recorder.asked);
  await step('fill', () => engine.fills);
  // an order that takes two levels fills twice at once
  expect(engine.fills).toBeLessThanOrEqual(3);
  send({ name: 'stop' });
  await finished;
});

test('a command that comes where a step stopped inside a group acts at the end of its time stamp', async () => {
  const { isAllowed } = bordersOf(batch, DAY, 'sequence');
  const { engine, entries, step, send, answers, finished } = await pausedRun();
  const commanded: number[] = [];
  for (let turn = 0; turn < 1200 && commanded.length < 1; turn++) {
    await step('event', () => engine.events);
    if (isAllowed(engine.events)) continue;
    const known = answers().length;
    send({ name: 'cancel-entries' });
    while (answers().length === known) await new Promise((resolve) => setTimeout(resolve, 1));
    commanded.push(engine.events);
  }
  expect(commanded).toHaveLength(1);
  expect(commanded.filter((events) => !isAllowed(events))).toEqual([]);
  expect(bodiesOf(entries, 'command')).toHaveLength(1);
  send({ name: 'stop' });
  await finished;
});

test('a step that never comes ends with a pause', async () => {
  const { engine, send, answers, finished } = await pausedRun(brainOf(() => answerOf(WAIT)));
  send({ name: 'step', unit: 'fill' });
  send({ name: 'pause-replay' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(engine.events).toBeLessThan(batch.count);
  send({ name: 'stop' });
  await finished;
  expect(answers().map(({ text }) => text)).toEqual([
    'replay paused',
    'next fill',
    'replay paused',
    'stopping',
  ]);
});

test('every command is answered, those of a replay and those of trading, and once the run is over', async () => {
  const { engine, entries, step, send, answers, finished } = await pausedRun();
  await step('fill', () => engine.fills);
  expect(engine.desk.portfolio.position).not.toBe(0);
  const commands: EngineCommand[] = [
    { name: 'pause-brain' },
    { name: 'resume-brain' },
    { name: 'reset-halt' },
    { name: 'set-speed', speed: -1 },
    { name: 'set-speed', speed: Number.NaN },
    { name: 'set-speed', speed: 0 },
    { name: 'cancel-entries' },
    { name: 'flatten-and-halt' },
    { name: 'reset-halt' },
    { name: 'resume-replay' },
    { name: 'step', unit: 'event' },
  ];
  for (const command of commands) send(command);
  await finished;
  send({ name: 'kill' });
  expect(answers().slice(2)).toEqual(
    [
      [true, 'brain paused; protection stays'],
      [true, 'brain resumed'],
      [false, 'nothing is halted'],
      [false, 'speed: a number from 0 is needed'],
      [false, 'speed: a number from 0 is needed'],
      [true, 'speed max'],
      [true, 'cancel entries: nothing to do'],
      [true, 'flatten and halt: 1 sent'],
      [true, 'halt reset: trading may open again'],
      [true, 'replay resumed'],
      [false, 'pause the replay first'],
      [false, 'the run is over'],
    ].map(([accepted, text], index) => ({
      type: 'command-answered',
      id: index + 3,
      accepted,
      text,
    })),
  );
  const written = bodiesOf(entries, 'command').map(({ name }) => name);
  expect(written).toEqual([
    'pause-brain',
    'resume-brain',
    'reset-halt',
    'cancel-entries',
    'flatten-and-halt',
    'reset-halt',
  ]);
});

test('the kill switch cancels, closes and halts until it is reset', async () => {
  const { engine, decisions, step, send, finished } = await pausedRun();
  await step('fill', () => engine.fills);
  const opened = engine.desk.portfolio.opened;
  send({ name: 'kill' });
  send({ name: 'resume-replay' });
  await finished;
  expect(engine.desk.portfolio).toMatchObject({ position: 0, opened });
  expect(engine.desk.portfolio.trips.at(-1)?.exitReason).toBe('kill');
  expect(engine.risk.halt).toEqual({ code: 'KILL', reason: 'kill switch' });
  expect(decisions.at(-1)?.code).toBe('HALTED');
});

test('while the brain is paused nothing is asked, and protection stays', async () => {
  const brain = restlessBrain(3);
  const { engine, step, send, finished } = await pausedRun(brain);
  await step('fill', () => engine.fills);
  send({ name: 'pause-brain' });
  const asked = brain.asked.length;
  const { bracket } = engine.desk;
  expect(bracket?.isProtected(engine.desk.orders)).toBe(true);
  send({ name: 'resume-replay' });
  await finished;
  expect(brain.asked).toHaveLength(asked);
  expect(brain.seen.length).toBeGreaterThan(asked);
});

test('a command before the first event is written at the window’s beginning', async () => {
  const { entries, send, runner, answers } = runnerRig({ brain: brainOf(() => answerOf(WAIT)) });
  send({ name: 'flatten' });
  send({ name: 'kill' });
  await runner.run();
  expect(answers().map(({ accepted }) => accepted)).toEqual([true, true]);
  expect(entries.slice(0, 3).map(({ ts, body }) => [ts, body.type])).toEqual([
    [OPEN, 'command'],
    [OPEN, 'command'],
    [OPEN, 'halted'],
  ]);
});

test('stop ends the run where it stands', async () => {
  const { engine, entries, send, step, finished } = await pausedRun();
  await step('fill', () => engine.fills);
  send({ name: 'stop' });
  await finished;
  expect(engine.desk.portfolio.position).not.toBe(0);
  expect(entries.at(-1)?.body).toEqual({ type: 'run-ended', reason: 'stopped' });
});

test('a damaged feed ends the run with its error, and what was decided is in the journal', async () => {
  const failure = new FeedError('day.dbn', 77, 'ends in mid-record');
  const { runner, entries } = runnerRig({ feed: feedOf(3, failure) });
  await expect(runner.run()).rejects.toBe(failure);
  expect(bodiesOf(entries, 'decision').length).toBeGreaterThan(10);
});

test('an answer that is out when the data end is waited for, and does nothing', async () => {
  const last = { ts: 0 };
  const brain = brainOf(
    async ({ ts }) => {
      last.ts = ts;
      await new Promise((resolve) => setTimeout(resolve, 1));
      return { ...answerOf(WAIT), latencyMs: 60_000 };
    },
    { model: 'm', intervalMs: 2000 },
  );
  const { runner, entries } = runnerRig({ brain });
  await runner.run();
  expect(bodiesOf(entries, 'decision').at(-1)?.decision).toMatchObject({
    code: 'SESSION_END',
    effectTs: null,
  });
  expect(entries.at(-1)?.body.type).toBe('run-ended');
  expect(bodiesOf(entries, 'decision')).toHaveLength(brain.asked.length);
});

const EXITS = { stopTicks: 30, targetTicks: 60, timeoutSecs: 60 } as const;
const BUY = { name: 'enter-bracket', side: 'buy', price: null, quantity: 100, ...EXITS } as const;

/** A run in which nobody but the test trades, stepped to a position of 100. */
async function holdingRun() {
  const run = await pausedRun(brainOf(() => answerOf(WAIT)));
  const { engine, step, send } = run;
  while (engine.clock < OPEN + 5e9) await step('trade', () => engine.trades);
  send(BUY);
  while (engine.desk.portfolio.position !== 100) await step('trade', () => engine.trades);
  return run;
}

test('reverse closes first and enters as many the other way when all is closed; it is answered then', async () => {
  const { engine, step, send, finished, answers, entries } = await holdingRun();
  send({ name: 'reverse', ...EXITS });
  while (engine.desk.portfolio.position === 100) await step('trade', () => engine.trades);
  while (engine.desk.portfolio.position !== -100) await step('trade', () => engine.trades);
  expect(answers().filter(({ text }) => text.startsWith('reverse'))).toMatchObject([
    { accepted: true, text: expect.stringMatching(/^reverse: sell 100 @ /) },
  ]);
  const commands = bodiesOf(entries, 'command').map(({ name }) => name);
  expect(commands).toEqual(['enter-bracket', 'reverse', 'enter-bracket']);
  expect(bodiesOf(entries, 'invariant-violated')).toEqual([]);
  send({ name: 'stop' });
  await finished;
});

test('a reversal is given up when something else is asked for, and the position only closed', async () => {
  const { engine, step, send, finished, answers } = await holdingRun();
  send({ name: 'reverse', ...EXITS });
  send({ name: 'kill' });
  while (engine.desk.portfolio.position !== 0) await step('trade', () => engine.trades);
  for (let i = 0; i < 40; i++) await step('trade', () => engine.trades);
  expect(engine.desk.portfolio.position).toBe(0);
  expect(answers().find(({ text }) => text.startsWith('reverse'))).toMatchObject({
    accepted: false,
    text: 'reverse: given up for another command',
  });
  send({ name: 'stop' });
  await finished;
});

test('in live mode entry by hand is locked at the start, until it is unlocked; nothing else is', async () => {
  const rig = runnerRig({ mode: 'live', brain: brainOf(() => answerOf(WAIT)), speed: 1 });
  rig.runner.onMessage({ type: 'view', ladderRows: 5, ladderCenter: null, framesPerSecond: 500 });
  for (const command of [BUY, { name: 'reverse', ...EXITS }, { name: 'flatten' }] as const)
    rig.send(command);
  rig.send({ name: 'unlock-entry' });
  rig.send({ name: 'reverse', ...EXITS });
  const finished = rig.runner.run();
  const frames = () => rig.messages.filter((message) => message.type === 'frame');
  while (rig.answers().length < 5 || frames().at(-1)?.entryLocked !== false)
    await new Promise((resolve) => setTimeout(resolve, 2));
  rig.send({ name: 'stop' });
  await finished;
  expect(
    rig
      .answers()
      .slice(0, 5)
      .map(({ accepted, text }) => [accepted, text]),
  ).toEqual([
    [false, 'entry by hand is locked in live mode until it is unlocked'],
    [false, 'entry by hand is locked in live mode until it is unlocked'],
    [true, 'flatten: nothing to do'],
    [true, 'entry by hand unlocked'],
    [false, 'there is no position to reverse'],
  ]);
});

test('while a model thinks the screen goes on, and a panic key acts', async () => {
  const thought = Promise.withResolvers<void>();
  const brain = brainOf(
    async ({ ts }) => {
      if (ts >= OPEN + 10 * NS_PER_SECOND) await thought.promise;
      return answerOf(WAIT);
    },
    { model: 'm', intervalMs: 2000 },
  );
  const rig = runnerRig({ brain });
  rig.runner.onMessage({ type: 'view', ladderRows: 5, ladderCenter: null, framesPerSecond: 60 });
  const finished = rig.runner.run();
  const thinking = (): number =>
    rig.messages.filter((message) => message.type === 'frame' && message.brain.inFlight).length;
  while (thinking() < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  const clock = rig.engine.clock;
  rig.send({ name: 'kill' });
  while (rig.answers().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(rig.answers()[0]).toMatchObject({ accepted: true });
  expect([rig.engine.risk.halt?.code, rig.engine.clock]).toEqual(['KILL', clock]);
  thought.resolve();
  await finished;
  expect(rig.entries.at(-1)?.body.type).toBe('run-ended');
});
