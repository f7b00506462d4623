import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../src/engine/protocol.ts';
import { HIGHLIGHT_MS } from '../../../src/tui/store/changes.ts';
import { filteredLog, LOG_LIMIT } from '../../../src/tui/store/log.ts';
import { onMessage } from '../../../src/tui/store/messages.ts';
import { isChanged } from '../../../src/tui/store/selectors.ts';
import { initialState, type ScreenState } from '../../../src/tui/store/state.ts';
import { fakeDecision, fakeFrame, fakeNotices, fakeTrade } from '../../support/fake-engine.ts';
import { morning } from '../../support/screen-state.ts';

const SIZE = { columns: 160, rows: 45 };
const EMPTY = initialState(SIZE, 0);

function alarm(sequence: number, text: string): Notice {
  return { type: 'alarm', sequence, level: 'info', text, clock: '09:30:00' };
}

function logged(state: ScreenState): readonly (readonly [string, string, string])[] {
  return state.log.map(({ kind, level, text }) => [kind, level, text] as const);
}

describe('notices', () => {
  test('become lines of the log in the order they came', () => {
    const state = fakeNotices().reduce((s, notice) => onMessage(s, notice, 0), EMPTY);
    expect(logged(state).slice(1, 8)).toEqual([
      [
        'decision',
        'normal',
        expect.stringMatching(/^enter_long 100 @ 250.11 stop 249.98 target 250.39 \| CVD rising/),
      ],
      ['order', 'normal', 'o1 accepted buy 100 @ 250.11'],
      ['fill', 'good', 'ENTRY bought 100 @ 250.11 maker'],
      ['fill', 'good', 'TARGET sold 100 @ 250.39 maker'],
      ['trade', 'good', 'long 100 250.11 to 250.39 net +26.00 by target'],
      [
        'decision',
        'warning',
        expect.stringContaining('refused: STOP_DISTANCE (distance 0.36, limit 0.3)'),
      ],
      ['trade', 'warning', 'short 100 250.11 to 250.39 net -14.20 by stop'],
    ]);
  });

  test('fills, round trips and the last decision are kept for their panes', () => {
    const state = fakeNotices().reduce((s, notice) => onMessage(s, notice, 0), EMPTY);
    expect({
      fills: state.fills.map(({ role }) => role),
      trades: state.trades.map(({ netPl }) => netPl),
      decision: state.decision?.id,
    }).toEqual({ fills: ['TARGET', 'ENTRY'], trades: [26, -14.2], decision: 'd3' });
  });

  test('a gap in their sequence is told', () => {
    const state = onMessage(onMessage(EMPTY, alarm(1, 'one'), 0), alarm(5, 'five'), 0);
    expect(logged(state)).toEqual([
      ['alarm', 'normal', 'one'],
      ['alarm', 'critical', '3 notices of the engine did not arrive here; the journal has them'],
      ['alarm', 'normal', 'five'],
    ]);
  });

  test('the log keeps the newest, at least 2,000, and its numbers go on', () => {
    let state = EMPTY;
    for (let i = 1; i <= LOG_LIMIT + 1_200; i++) state = onMessage(state, alarm(i, `line ${i}`), 0);
    expect(state.log.length).toBeGreaterThanOrEqual(LOG_LIMIT);
    expect(state.log.length).toBeLessThanOrEqual(LOG_LIMIT + 500);
    expect(state.log.at(-1)).toMatchObject({
      number: LOG_LIMIT + 1_200,
      text: `line ${LOG_LIMIT + 1_200}`,
    });
  });

  test('an alarm that matters is said in the status line, too', () => {
    const state = onMessage(EMPTY, { ...alarm(1, 'feed lost'), level: 'critical' } as Notice, 7);
    expect(state.status).toEqual({ text: 'feed lost', level: 'critical', at: 7 });
    expect(onMessage(EMPTY, alarm(1, 'hello'), 7).status).toBe(null);
  });

  test('the filter wants every word, in the kind, the clock or the text', () => {
    const { log } = fakeNotices().reduce((s, notice) => onMessage(s, notice, 0), EMPTY);
    const found = (filter: string) => filteredLog(log, filter).map(({ number }) => number);
    expect([
      found('fill'),
      found('FILL target'),
      found('09:40'),
      found('decision stop_distance'),
      found('nothing'),
    ]).toEqual([[4, 5], [5], [8], [7], []]);
  });
});

describe('answers', () => {
  test('stand in the status line, refused ones with their reason', () => {
    const state = onMessage(
      EMPTY,
      { type: 'command-answered', id: 1, accepted: false, text: 'no position' },
      9,
    );
    expect(state.status).toEqual({ text: 'refused: no position', level: 'warning', at: 9 });
    expect(logged(state)).toEqual([['command', 'warning', 'refused: no position']]);
  });
});

describe('highlights', () => {
  const before = fakeFrame(30);
  const [top] = before.ladder;
  const after = {
    ...before,
    state: { ...before.state, LAST: 999 },
    ladder: before.ladder.map((row) => (row === top ? { ...row, askSize: row.askSize + 1 } : row)),
  };

  test('a value that changed is shown so for half a second', () => {
    const state = onMessage(onMessage(EMPTY, before, 1_000), after, 2_000);
    const at = (now: number) => isChanged({ ...state, now }, 'LAST');
    expect([at(2_000), at(2_000 + HIGHLIGHT_MS - 1), at(2_000 + HIGHLIGHT_MS)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('nothing else counts as changed, and nothing does in the first frame', () => {
    const first = onMessage(EMPTY, before, 1_000);
    const second = onMessage(first, after, 2_000);
    expect([first.changes, second.changes]).toEqual([
      new Map(),
      new Map([
        ['LAST', 2_000],
        [`ask:${top?.price}`, 2_000],
      ]),
    ]);
  });

  test('what has faded is forgotten', () => {
    const state = onMessage(
      onMessage(onMessage(EMPTY, before, 0), after, 10),
      after,
      10 + HIGHLIGHT_MS,
    );
    expect(state.changes).toEqual(new Map());
  });
});

test('the least size the engine called large stays known after the print is gone', () => {
  const seen = onMessage(EMPTY, fakeFrame(1), 0);
  const frame = fakeFrame(2);
  const later = onMessage(seen, { ...frame, state: { ...frame.state, LARGE_PRINTS_1M: [] } }, 0);
  expect([EMPTY.largeSize, later.largeSize]).toEqual([null, 750]);
});

test('a run that fails says so and stays on the screen', () => {
  const state = onMessage(
    morning(SIZE),
    { type: 'run-failed', kind: 'data', text: 'gap at 12' },
    5,
  );
  expect({ failure: state.failure, status: state.status, frame: state.frame !== null }).toEqual({
    failure: 'gap at 12',
    status: { text: 'the run failed: gap at 12', level: 'critical', at: 5 },
    frame: true,
  });
});

test('a decision without arguments that fit is told by its tool', () => {
  const decision = fakeDecision('d9', {
    answer: { tool: 'exit_position', arguments: 'not json' },
    tool: 'wait',
    code: 'BAD_ARGUMENTS',
  });
  const state = onMessage(
    EMPTY,
    { type: 'decision-made', sequence: 1, decision, clock: '10:00:00' },
    0,
  );
  expect(state.log[0]?.text).toBe('exit_position refused: BAD_ARGUMENTS');
});

test('round trips are told with their sign', () => {
  const state = onMessage(
    EMPTY,
    { type: 'trade-closed', sequence: 1, trade: fakeTrade(-1_204), clock: '10:00:00' },
    0,
  );
  expect(state.log[0]?.text).toBe('long 100 250.11 to 250.39 net -1,204.00 by stop');
});
