import { describe, expect, test } from 'vitest';
import type { BrokerView } from '../../../src/engine/protocol.ts';
import { Grid } from '../../../src/tui/canvas/grid.ts';
import { DEFAULT_KEYMAP } from '../../../src/tui/keymap/keymap.ts';
import { paintAccount } from '../../../src/tui/panes/account.ts';
import { paintBrain, waitingFor } from '../../../src/tui/panes/brain.ts';
import { paintHeader } from '../../../src/tui/panes/header.ts';
import { ladderNote } from '../../../src/tui/panes/ladder.ts';
import { paintReport } from '../../../src/tui/panes/report.ts';
import { chartLines } from '../../../src/tui/panes/report-chart.ts';
import { paintStatus } from '../../../src/tui/panes/status.ts';
import { paintTape, tapeNote } from '../../../src/tui/panes/tape.ts';
import { paintBorder } from '../../../src/tui/screen.ts';
import { entryLines } from '../../../src/tui/store/dialog.ts';
import { onMessage } from '../../../src/tui/store/messages.ts';
import type { ScreenState } from '../../../src/tui/store/state.ts';
import { createLook, type Look } from '../../../src/tui/theme/themes.ts';
import { fakeDecision, fakeFrame, fakeResult } from '../../support/fake-engine.ts';
import { morning, pressed } from '../../support/screen-state.ts';

const look = createLook('dark', false);
const SIZE = { columns: 160, rows: 45 };

function lines(
  paint: (state: ScreenState, look: Look, grid: Grid) => void,
  state: ScreenState,
  columns: number,
  rows: number,
): string[] {
  const grid = new Grid(columns, rows);
  paint(state, look, grid);
  return grid.toLines();
}

test('a fill opens with its price in dollars and its moment by the exchange’s clock', () => {
  const state = morning(SIZE);
  const entry = state.log.find(({ source }) => source?.type === 'order-filled');
  if (entry?.source?.type !== 'order-filled') throw new Error('there is no fill');
  const text = entryLines(entry, 80, state.frame?.zoneOffsetNs).join('\n');
  expect(text).toMatch(/ price: \d{3}\.\d\d\n/);
  expect(text).toMatch(/ ts: 09:3\d:\d\d\.\d{3}\n/);
});

describe('the report', () => {
  const figure = (name: string, value: string, width: number) =>
    `${name} ${'·'.repeat(width - name.length - value.length - 2)} ${value}`;
  const written = [
    `${figure('Gross P&L', '+21.00', 38)}    ${figure('Round trips', '7', 38)}`,
    `TSLA${'net +3.25 $'.padStart(76)}`,
  ];

  test('of 80 columns goes into fewer, figure under figure', () => {
    const ended = onMessage(morning(SIZE), { type: 'run-ended', result: fakeResult() }, 1_000_000);
    const state = { ...ended, reportLines: written };
    const shown = lines(paintReport, state, 76, 40).filter((line) => /Gross|TSLA/.test(line));
    expect(shown).toEqual([
      `${figure('Gross P&L', '+21.00', 37)}  ${figure('Round trips', '7', 37)}`,
      `TSLA${'net +3.25 $'.padStart(72)}`,
    ]);
  });

  test('tells its times by the exchange’s clock', () => {
    const ended = onMessage(morning(SIZE), { type: 'run-ended', result: fakeResult() }, 1_000_000);
    const text = lines(paintReport, ended, 150, 40).join('\n');
    expect(text).toContain('# EDT');
    expect(text).toContain('1 09:36:10 long');
    expect(text).not.toContain('13:3');
  });
});

describe('header', () => {
  test('LIVE is words and a ground of its own, in every width', () => {
    const state = morning(SIZE, { mode: 'live' });
    for (const width of [80, 120, 200]) {
      const grid = new Grid(width, 1);
      paintHeader(state, look, grid);
      expect(grid.toLines()[0]).toContain('*** LIVE ***');
      expect(grid.styles[4]).toBe(look.style.live);
    }
  });

  test('account and connection of a broker, and that it is lost before everything but the mode', () => {
    const frame = fakeFrame(1);
    const broker = {
      account: '…67',
      connection: 'connected',
      words: '',
      lines: 'lines 1/100, depth 1/3, ticks 1/3',
      positionBefore: 300,
    } as const;
    const seen = (more: Partial<BrokerView>, width: number, rows: number): string => {
      const state = onMessage(
        morning(SIZE),
        { ...frame, mode: 'paper', broker: { ...broker, ...more } },
        0,
      );
      return lines(paintHeader, state, width, rows).join(' ');
    };
    expect(seen({}, 160, 2)).toMatch(/PAPER.*broker connected {2}account …67 {2}held before 300/);
    expect(seen({ connection: 'disconnected', words: 'it is closed' }, 80, 1)).toContain(
      'NOT CONNECTED: it is closed',
    );
    expect(seen({ connection: 'disputed' }, 80, 1)).toContain('BROKER DISAGREES');
  });

  test('with real money the frames are on the ground of an alarm', () => {
    const rect = { x: 0, y: 0, width: 20, height: 5 };
    const sides = (mode: 'live' | 'paper') =>
      paintBorder('tape', rect, morning(SIZE, { mode }), look).map(({ grid }) => grid.styles[0]);
    expect(new Set(sides('live'))).toEqual(new Set([look.style.live]));
    expect(sides('paper')).not.toContain(look.style.live);
  });

  test('a halt and a paused brain are said before everything but the mode', () => {
    expect(lines(paintHeader, morning(SIZE, { situation: 'halted' }), 80, 1)[0]).toContain(
      'HALTED: daily loss',
    );
    expect(lines(paintHeader, morning(SIZE, { brainPaused: true }), 80, 1)[0]).toContain(
      'BRAIN PAUSED',
    );
  });

  test('what was paid on ways that were left stands behind the cost of the one that stands', () => {
    const told = (paidUsd: number | null) => {
      const frame = fakeFrame(1);
      const brain = { ...frame.brain, costUsd: 0.0123, paidUsd };
      return lines(
        paintHeader,
        onMessage(morning(SIZE), { ...frame, brain }, 1_000_001),
        160,
        2,
      )[1];
    };
    expect(told(0.0456)).toContain('cost $0.0123 of $0.0456 paid');
    expect(told(0.0123)).toMatch(/cost \$0\.0123(?! of)/);
    expect(told(null)).toMatch(/cost \$0\.0123(?! of)/);
  });

  test("the clock is the exchange's, with its zone", () => {
    expect(lines(paintHeader, morning(SIZE), 160, 2)[0]).toContain('09:41:00.9 EDT');
  });

  test('a feed that does not live says so', () => {
    const frame = fakeFrame(1);
    const state = onMessage(
      morning(SIZE),
      { ...frame, feed: { ...frame.feed, state: 'stale', lastEventAgeMs: 4_200 } },
      0,
    );
    expect(lines(paintHeader, state, 160, 2)[0]).toMatch(/feed stale {2}last event {2}4\.2 s ago/);
  });
});

test('what is not known of the book stands in the header', () => {
  const frame = fakeFrame(1);
  const told = {
    ...frame,
    feed: { ...frame.feed, depthLabel: 'L2: queue estimated (risk-averse)' },
  };
  const state = onMessage(morning(SIZE), told, 0);
  expect(lines(paintHeader, state, 160, 2)[0]).toContain('L2: queue estimated (risk-averse)');
  expect(lines(paintHeader, state, 120, 2)[0]).toContain('L2: queue estimated (risk-averse)');
  // where the header has no room for it, the ladder's border still says so
  expect(ladderNote(state)).toBe('L2 centred');
  expect(ladderNote(morning(SIZE))).toBe('centred');
});

describe('tape', () => {
  test('shows pace, then prints newest first, large ones marked', () => {
    const [pace, ...prints] = lines(paintTape, morning(SIZE), 24, 40);
    expect(pace).toMatch(/^[▁▂▃▄▅▆▇█]{16} {2}14\.2\/s$/);
    const marked = prints.filter((line) => line.includes('◆'));
    const sizes = marked.map((line) => Number(/◆([\d,]+)/.exec(line)?.[1]?.replace(',', '')));
    expect(marked.length).toBeGreaterThan(0);
    expect(sizes.every((size) => size >= 750)).toBe(true);
  });

  test('the filter hides smaller prints and is told', () => {
    const state = pressed(morning(SIZE), '2', ...Array.from({ length: 5 }, () => ']'));
    const [, ...prints] = lines(paintTape, state, 24, 40);
    expect(tapeNote(state, look)).toBe('joined ≥200');
    const shown = state.frame?.tape.filter((print) => print.size >= 200).length;
    expect(prints.filter((line) => line !== '')).toHaveLength(Math.min(39, shown ?? 0));
  });
});

describe('account', () => {
  test('what the account held before the run stands beside our position', () => {
    const broker = {
      account: '…67',
      connection: 'connected',
      words: '',
      lines: '',
      positionBefore: 300,
    } as const;
    const state = onMessage(morning(SIZE), { ...fakeFrame(1), broker }, 0);
    expect(lines(paintAccount, state, 44, 4)[0]).toMatch(/, 300 before$/);
  });

  test('tells what is used of the allowed loss', () => {
    const frame = fakeFrame(1);
    const account = { ...frame.account, DAILY_PL: -380, DAILY_LOSS_REMAINING: 120 };
    const state = onMessage(morning(SIZE), { ...frame, account }, 0);
    expect(lines(paintAccount, state, 30, 4).slice(2)).toEqual([
      'day                    -380.00',
      'loss ██████████▋─── 76% of 500',
    ]);
  });
});

describe('brain', () => {
  test('says what it waits for', () => {
    const frame = fakeFrame(1);
    const list = (...held: number[]) => held.map((n, i) => ({ name: `C${i}`, rule: '', held: n }));
    const conditions = { long: list(1, 0, 0), short: list(2, 2, 0) };
    const idle = { ...frame, brain: { ...frame.brain, inFlight: false }, conditions };
    expect([
      waitingFor(idle),
      waitingFor({ ...idle, conditions: { ...conditions, long: list(3, 4, 9) } }),
      waitingFor({ ...idle, conditions: null }),
      waitingFor({ ...idle, brain: { ...idle.brain, inFlight: true } }),
      waitingFor({ ...idle, brain: { ...idle.brain, paused: true } }),
      waitingFor({ ...idle, halted: 'kill switch' }),
      waitingFor({ ...idle, brain: { ...idle.brain, trouble: '5 failures in a row: TIMEOUT' } }),
    ]).toEqual([
      'short lacks 1 condition',
      'long: all conditions hold',
      'waiting for the next snapshot',
      'waiting for an answer',
      'paused',
      'halted: kill switch',
      '5 failures in a row: TIMEOUT',
    ]);
  });

  test('tells a refusal with its code and figures', () => {
    const decision = fakeDecision('d', {
      tool: 'wait',
      code: 'RISK_REWARD',
      figures: { ratio: 1.4, least: 2 },
    });
    const state = onMessage(
      morning(SIZE),
      { type: 'decision-made', sequence: 10, decision, clock: '' },
      0,
    );
    const text = lines(paintBrain, state, 60, 8);
    expect(text.slice(2, 4)).toEqual([
      '     refused RISK_REWARD  412 ms  conviction 0.72  $0.0031',
      '     ratio 1.4, least 2',
    ]);
  });
});

describe('status', () => {
  const paint = (state: ScreenState) => {
    const grid = new Grid(120, 1);
    paintStatus(state, look, DEFAULT_KEYMAP, grid);
    return grid.toLines()[0];
  };

  test('an answer stands for some seconds, then the keys come back', () => {
    const state = onMessage(
      morning(SIZE),
      { type: 'command-answered', id: 1, accepted: false, text: 'no position' },
      0,
    );
    expect(paint(state)).toBe(' ! refused: no position');
    expect(paint({ ...state, now: 8_000 })).toContain('x flatten');
  });

  test('what is critical stays', () => {
    const state = onMessage(morning(SIZE), { type: 'run-failed', kind: 'data', text: 'gap' }, 0);
    expect(paint({ ...state, now: 999_999 })).toBe(' !! the run failed: gap');
  });
});

test('an opened entry has every field of its source', () => {
  const entry = morning(SIZE).log[1];
  const text = entry === undefined ? [] : entryLines(entry, 60);
  for (const part of [
    'promptSha256:',
    '      limit_price: 250.11',
    '  tokens',
    '    cached: 1800',
    'role: ENTRY',
    'code: null',
  ]) {
    expect(text.some((line) => line.includes(part))).toBe(true);
  }
  expect(text.every((line) => line.length <= 60)).toBe(true);
});

describe('the equity chart', () => {
  const listeners = () =>
    ['exit', 'SIGINT', 'SIGTERM', 'SIGQUIT', 'uncaughtException'].map((event) =>
      process.listenerCount(event),
    );

  test('has its curve and its labels, and hangs nothing on the process', () => {
    const before = listeners();
    const values = Array.from({ length: 60 }, (_, i) => 100 * Math.sin(i / 9));
    const chart = chartLines(
      values.map((_, i) => `09:${30 + (i % 30)}`),
      values,
      60,
      14,
    );
    expect(chart.length).toBeGreaterThan(8);
    expect(chart.length).toBeLessThanOrEqual(14);
    expect(chart.every((line) => Array.from(line).length === 60)).toBe(true);
    expect(chart.join('')).toMatch(/[⠁-⣿]{2}/);
    expect(chart.join('')).toContain('09:30');
    expect(listeners()).toEqual(before);
  });

  test('is left out where there is no room or nothing to draw', () => {
    expect([chartLines(['a', 'b'], [1, 2], 10, 14), chartLines(['a'], [1], 60, 14)]).toEqual([
      [],
      [],
    ]);
  });
});
