import { describe, expect, test } from 'vitest';
import {
  FLAG_CROSS,
  FLAG_LAST,
  STATUS_HALTED,
  STATUS_QUOTING,
  STATUS_TRADING,
} from '../../src/domain/event.ts';
import { NS_PER_HOUR, NS_PER_SECOND } from '../../src/domain/time.ts';
import { FrameBuilder } from '../../src/engine/frame-builder.ts';
import {
  answerOf,
  bodiesOf,
  brainOf,
  DAY,
  engineRig,
  OPEN,
  playAll,
  settingsWith,
  WAIT,
} from '../support/engine-rig.ts';
import { EventBatchBuilder } from '../support/event-batch.builder.ts';

const SECOND = NS_PER_SECOND;
const START = OPEN + 1800 * SECOND;
const FRAME = {
  sequence: 1,
  mode: 'backtest',
  feedState: 'live',
  eventsPerSecond: 0,
  progress: null,
  replay: null,
  profile: 'momentum',
  depth: 'orders',
  ladderRows: 40,
  ladderCenter: null,
} as const;

/** A book of 250.00 to 250.02, and a quiet life of a far ask a second so that the data are never old. */
function market(secs: number, put: (events: EventBatchBuilder, second: number) => void) {
  const events = new EventBatchBuilder(DAY)
    .add(START - SECOND, 'bid', 250, 500, 1)
    .add(START - SECOND, 'ask', 250.02, 500, 2)
    .print(START - SECOND, 'buy', 250.02, 1);
  for (let second = 0; second < secs; second++) {
    events.add(START + second * SECOND, 'ask', 251 + second / 100, 1, 100 + second);
    put(events, second);
  }
  return events.build();
}

function enterLong(stop = 249.92) {
  const arguments_ = {
    limit_price: 250.02,
    stop_loss: stop,
    profit_target: 250.22,
    size: 100,
    conviction: null,
    reasoning: '',
  };
  return answerOf({ tool: 'enter_long', arguments: arguments_ });
}

/** Plays with a brain that wants to enter at the given seconds, and tells what became of it. */
function played(
  batch: ReturnType<EventBatchBuilder['build']>,
  seconds: readonly number[],
  ...assignments: string[]
) {
  const rig = engineRig({
    settings: settingsWith('risk.dailyTrades=100', ...assignments),
    window: { from: START, to: START + NS_PER_HOUR },
    brain: brainOf(({ ts }) =>
      seconds.some((second) => ts === START + second * SECOND) ? enterLong() : answerOf(WAIT),
    ),
  });
  playAll(rig.engine, batch);
  const reports = bodiesOf(rig.entries, 'order-report').map(({ report }) => {
    const price = report.type === 'order-filled' ? ` ${report.fill.price / 1e9}` : '';
    const at = ((report.ts - START) / SECOND).toFixed(2);
    return `${report.orderId} ${report.type.replace('order-', '')}${price} ${at}`;
  });
  const verdicts = rig.decisions
    .filter(({ answer }) => answer?.tool === 'enter_long')
    .map(({ code }) => code);
  return { ...rig, reports, verdicts };
}

describe('a halt', () => {
  test.for([
    ['a halt', STATUS_HALTED],
    ['an auction', STATUS_QUOTING],
  ] as const)('%s: entries are denied with SESSION until trading resumes', ([, status]) => {
    const batch = market(20, (events, second) => {
      if (second === 3) events.status(START + 3.5 * SECOND, status);
      if (second === 9) events.status(START + 9.5 * SECOND, STATUS_TRADING);
    });
    expect(played(batch, [5, 8, 12]).verdicts).toEqual(['SESSION', 'SESSION', null]);
  });

  test('is on the frame, and gone from it when trading resumes', () => {
    const batch = market(20, (events, second) => {
      if (second === 3) events.status(START + 3.5 * SECOND, STATUS_HALTED);
      if (second === 9) events.status(START + 9.5 * SECOND, STATUS_TRADING);
    });
    const { engine } = engineRig({ window: { from: START, to: START + NS_PER_HOUR } });
    const frames = new FrameBuilder(engine);
    const shown: (string | null)[] = [];
    let at = 0;
    for (const second of [2, 5, 12]) {
      at = engine.advance(batch, at, START + second * SECOND, batch.count);
      shown.push(frames.build(FRAME).halted);
    }
    expect(shown).toEqual([null, 'halted by the venue', null]);
  });

  /** In at 0 s; halted from 10 s, an auction's cross through the stop, and trading again. */
  const halted = (crossAt: number, resumeAt: number) =>
    market(40, (events, second) => {
      if (second === 10) events.status(START + 10.1 * SECOND, STATUS_HALTED);
      if (second === 15) {
        events.status(START + 15.1 * SECOND, STATUS_QUOTING);
        events.cancel(START + 15.2 * SECOND, 'bid', 250, 500, 1);
        events.add(START + 15.2 * SECOND, 'bid', 249.7, 1000, 5);
      }
      if (second === Math.floor(Math.min(crossAt, resumeAt)) && crossAt <= resumeAt) {
        events.print(START + crossAt * SECOND, 'none', 249.8, 1000, {
          flags: FLAG_CROSS | FLAG_LAST,
        });
        events.status(START + resumeAt * SECOND, STATUS_TRADING);
      } else if (second === Math.floor(resumeAt) && crossAt > resumeAt) {
        events.status(START + resumeAt * SECOND, STATUS_TRADING);
        events.print(START + crossAt * SECOND, 'none', 249.8, 1000, {
          flags: FLAG_CROSS | FLAG_LAST,
        });
      }
    });

  test('in mid-position leaves the stop where it is: it triggers on the resuming cross, and fills when trading is back', () => {
    const before = played(halted(20.2, 20.7), [0]);
    expect(before.reports.filter((line) => line.startsWith('2'))).toEqual([
      '2 accepted 0.02',
      '2 triggered 20.20',
      '2 filled 249.7 20.70',
    ]);
    const after = played(halted(20.7, 20.2), [0]);
    expect(after.reports.filter((line) => line.startsWith('2'))).toEqual([
      '2 accepted 0.02',
      '2 triggered 20.70',
      '2 filled 249.7 20.72',
    ]);
    for (const { engine, alarms } of [before, after]) {
      expect(engine.desk.portfolio.position).toBe(0);
      expect(alarms.filter((text) => text.includes('without a working stop'))).toEqual([]);
    }
  });

  test('that a stop’s trade comes just before does not lose the stop, nor storm the venue', () => {
    const batch = market(330, (events, second) => {
      if (second === 10) {
        events.print(START + 10.1 * SECOND, 'sell', 249.9, 10);
        events.status(START + 10.105 * SECOND, STATUS_HALTED);
      }
      if (second === 310) events.status(START + 310.5 * SECOND, STATUS_TRADING);
    });
    const { reports, entries, engine } = played(batch, [0]);
    expect(bodiesOf(entries, 'order-submitted')).toHaveLength(3);
    expect(reports.filter((line) => line.startsWith('2'))).toEqual([
      '2 accepted 0.02',
      '2 triggered 10.10',
      '2 filled 250 310.50',
    ]);
    expect(engine.desk.portfolio.position).toBe(0);
  });

  test('an exit by hand in a halt is sent again once a second, and gets there', () => {
    const batch = market(30, (events, second) => {
      if (second === 10) events.status(START + 10.1 * SECOND, STATUS_HALTED);
      if (second === 20) events.status(START + 20.1 * SECOND, STATUS_TRADING);
    });
    const rig = engineRig({
      window: { from: START, to: START + NS_PER_HOUR },
      brain: brainOf(({ ts }) => (ts === START ? enterLong() : answerOf(WAIT))),
    });
    const at = rig.engine.advance(batch, 0, START + 12.5 * SECOND, batch.count);
    rig.engine.desk.flatten(rig.engine.clock, 'kill');
    rig.engine.wake();
    rig.engine.advance(batch, at, Number.POSITIVE_INFINITY, batch.count);
    rig.engine.end('end of the data');
    const sent = bodiesOf(rig.entries, 'order-submitted').filter(
      ({ order }) => order.role === 'EXIT',
    );
    expect(sent.length).toBeGreaterThan(5);
    expect(sent.length).toBeLessThan(11);
    expect(rig.engine.desk.portfolio.position).toBe(0);
  });
});

describe('a crossed book', () => {
  test('after the open is STALE_DATA to an entry, and fine again when it is not crossed', () => {
    const batch = market(20, (events, second) => {
      if (second === 3) events.add(START + 3.5 * SECOND, 'bid', 250.05, 5, 50);
      if (second === 9) events.cancel(START + 9.5 * SECOND, 'bid', 250.05, 5, 50);
    });
    expect(played(batch, [5, 12]).verdicts).toEqual(['STALE_DATA', null]);
  });

  test('that a side is missing of is STALE_DATA too', () => {
    const batch = market(20, (events, second) => {
      if (second === 3) events.cancel(START + 3.5 * SECOND, 'bid', 250, 500, 1);
      if (second === 9) events.add(START + 9.5 * SECOND, 'bid', 250, 5, 50);
    });
    expect(played(batch, [5, 12]).verdicts).toEqual(['STALE_DATA', null]);
  });

  test('so is a feed that is silent for more than 3 s', () => {
    const silent = market(3, (events, second) => {
      if (second === 2) events.add(START + 12 * SECOND, 'ask', 252, 1, 60);
    });
    expect(played(silent, [6, 7]).verdicts).toEqual(['STALE_DATA', 'STALE_DATA']);
  });
});

describe('prints without a side after a resumption', () => {
  test('have no delta for 5 s, but volume', () => {
    const batch = market(30, (events, second) => {
      if (second === 3) events.status(START + 3.5 * SECOND, STATUS_HALTED);
      if (second === 9) events.status(START + 9.5 * SECOND, STATUS_TRADING);
      if (second === 14) events.print(START + 14.4 * SECOND, 'none', 250.02, 7);
      if (second === 15) events.print(START + 15 * SECOND, 'none', 250.02, 11);
    });
    const { analysis, engine } = engineRig({ window: { from: START, to: START + NS_PER_HOUR } });
    const cvd: number[] = [];
    let at = 0;
    for (const second of [13, 14.45, 16]) {
      at = engine.advance(batch, at, START + second * SECOND, batch.count);
      cvd.push(analysis.state(START + second * SECOND).CVD_SESSION);
    }
    expect(cvd).toEqual([1, 1, 12]);
    expect(analysis.metrics.session.volume).toBe(19);
  });
});
