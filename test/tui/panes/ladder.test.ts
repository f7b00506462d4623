import { expect, test } from 'vitest';
import { LADDER_COLUMNS } from '../../../src/domain/ladder-column.ts';
import type { Frame } from '../../../src/engine/protocol.ts';
import { Grid } from '../../../src/tui/canvas/grid.ts';
import { columnsFor } from '../../../src/tui/layout/ladder-columns.ts';
import { paintLadder } from '../../../src/tui/panes/ladder.ts';
import { onMessage } from '../../../src/tui/store/messages.ts';
import type { ColumnId, ScreenState } from '../../../src/tui/store/state.ts';
import { createLook } from '../../../src/tui/theme/themes.ts';
import { type FrameWish, fakeFrame } from '../../support/fake-engine.ts';
import { morning, pressed } from '../../support/screen-state.ts';

const look = createLook('dark', false);
const SIZE = { columns: 160, rows: 45 };

function painted(state: ScreenState, width = 140, rows = 30): Grid {
  const grid = new Grid(width, rows);
  paintLadder(state, look, grid);
  return grid;
}

/** The painted row of a price. */
function rowOf(grid: Grid, price: string): string {
  return grid.toLines().find((line) => line.includes(` ${price}`)) ?? '';
}

function withFrame(change: (frame: Frame) => Frame, wish: FrameWish = {}): ScreenState {
  return onMessage(morning(SIZE, wish), change(fakeFrame(30, wish)), 1_000_000);
}

test('the last price stands in the middle row and is marked', () => {
  const grid = painted(morning(SIZE));
  expect(grid.toLines()[15]).toContain('▸ 250.16');
});

test('of several marks at one price those that fit stand there, whole', () => {
  const state = withFrame(
    (frame) => ({
      ...frame,
      state: { ...frame.state, HOD: 250.11, VP_POC: 250.11, VP_VAH: 250.11, VWAP: 250.11 },
    }),
    { situation: 'long' },
  );
  expect(rowOf(painted(state), '250.11').slice(0, 9)).toBe('ENTRY    ');
  const flat = withFrame((frame) => ({
    ...frame,
    state: { ...frame.state, VP_POC: 250.2, VP_VAH: 250.2, VWAP: 250.2 },
  }));
  expect(rowOf(painted(flat), '250.20').slice(0, 9)).toBe('POC VAH  ');
});

test('columns go by importance as the room shrinks', () => {
  const ids = (width: number) => columnsFor(width).map(({ id }) => id);
  expect({ 24: ids(24), 46: ids(46), 60: ids(60), 84: ids(84), 100: ids(100) }).toEqual({
    24: ['bid', 'price', 'ask'],
    46: ['marks', 'own', 'bid', 'price', 'ask'],
    60: ['marks', 'own', 'pnl', 'bidOrders', 'bid', 'price', 'ask', 'askOrders'],
    84: [
      'marks',
      'own',
      'pnl',
      'bidOrders',
      'bidPulled',
      'bidAdded',
      'bid',
      'price',
      'ask',
      'askAdded',
      'askPulled',
      'askOrders',
      'profile',
    ],
    100: [
      'marks',
      'own',
      'pnl',
      'bidOrders',
      'bidPulled',
      'bidAdded',
      'bid',
      'price',
      'ask',
      'askAdded',
      'askPulled',
      'askOrders',
      'sold',
      'bought',
      'profile',
    ],
  });
});

test('columns never overlap nor leave their pane', () => {
  for (let width = 24; width < 300; width++) {
    let end = -1;
    for (const column of columnsFor(width)) {
      expect(column.x).toBeGreaterThan(end);
      end = column.x + column.width - 1;
    }
    expect(end).toBeLessThan(width);
  }
});

test('a row tells size, orders, what was added and pulled, and what traded', () => {
  const state = withFrame((frame) => ({
    ...frame,
    ladder: frame.ladder.map((row) =>
      row.price === 250_120_000_000
        ? {
            ...row,
            bidSize: 1_240,
            bidOrders: 7,
            bidAdded: 310,
            bidPulled: 45,
            soldAtBid: 2_150,
            boughtAtAsk: 880,
            volume: 3_100,
          }
        : row,
    ),
  }));
  expect(rowOf(painted(state), '250.12')).toMatch(/ 7 +-45 \+310 +1,240 +250\.12 +2,150 +880 ▓/);
});

test('own orders stand at their price with role, side, open size and the exact queue ahead', () => {
  const grid = painted(morning(SIZE, { situation: 'working' }));
  expect(rowOf(grid, '250.11')).toContain('E+100 q1340');
});

test('where the feed tells levels the queue ahead is marked as estimated, and no orders are counted', () => {
  const state = withFrame(({ ladder, ...frame }) => ({
    ...frame,
    ladder: ladder.map((row) => ({ ...row, bidOrders: null, askOrders: null })),
    orders: [
      {
        id: 'a',
        role: 'ENTRY',
        side: 'BUY',
        type: 'LIMIT',
        price: 250.11,
        size: 100,
        filled: 0,
        status: 'WORKING',
        age_secs: 1,
        queue_ahead: null,
        priceNanos: 250_110_000_000,
        bracketId: null,
        estimatedAhead: 120,
        expectedWaitMs: 35_000,
      },
    ],
  }));
  const row = rowOf(painted(state), '250.11');
  expect(row).toContain('E+100 ~120');
  const counted = rowOf(painted(morning(SIZE)), '250.11');
  const { x = 0, width = 0 } = columnsFor(140).find(({ id }) => id === 'bidOrders') ?? {};
  expect([row.slice(x, x + width).trim(), counted.slice(x, x + width).trim()]).toEqual([
    '',
    expect.stringMatching(/^\d+$/),
  ]);
});

test('in a position each price tells its result, and the entry is marked', () => {
  const grid = painted(morning(SIZE, { situation: 'long' }), 140, 45);
  expect(rowOf(grid, '250.11')).toMatch(/^ENTRY +─{15} +0 /);
  expect(rowOf(grid, '250.20')).toMatch(/ \+9 /);
  expect(rowOf(grid, '250.05')).toMatch(/^VAL +-6 /);
  expect(rowOf(grid, '250.30')).toContain('T-100 q420');
  expect(rowOf(grid, '249.98')).toContain('S-100');
});

test('orders beyond the window are pointed to from its ends', () => {
  const lines = painted(morning(SIZE, { situation: 'long' }), 140, 12).toLines();
  expect(lines[1]).toContain('T ▲250.30');
  expect(lines.at(-1)).toContain('S ▼249.98');
});

test('levels stand at their prices, one after the other where they meet', () => {
  const state = withFrame((frame) => ({
    ...frame,
    state: { ...frame.state, VP_POC: 250.2, HOD: 250.2, VWAP: 250.0849 },
  }));
  const grid = painted(state);
  expect(rowOf(grid, '250.20')).toMatch(/^HOD POC/);
  expect(rowOf(grid, '250.08')).toMatch(/^VWAP/);
});

test('walls are marked at the price, and do not flatten the bars of the others', () => {
  const grid = painted(morning(SIZE));
  expect(rowOf(grid, '250.03')).toMatch(/3,023█ +250\.03/);
  const bars = (price: string) => {
    const y = grid.toLines().findIndex((line) => line.includes(` ${price}`));
    const row = [...grid.styles.subarray(y * grid.columns, (y + 1) * grid.columns)];
    const ground = look.table.styleOf(look.style.bidBar).bg?.rgb;
    return row.filter((id) => look.table.styleOf(id).bg?.rgb === ground).length;
  };
  expect(bars('250.11')).toBeGreaterThan(4);
  expect(bars('250.10')).toBe(1);
});

test('the cursor underlines its row', () => {
  const state = pressed(morning(SIZE), 'down', 'down');
  const grid = painted(state);
  const y = grid.toLines().findIndex((line) => line.includes(' 250.14'));
  const styles = [...grid.styles.subarray(y * grid.columns, (y + 1) * grid.columns)];
  const unmarked = styles.filter((id) => look.table.styleOf(id).underline !== true);
  // a bar keeps its own ground
  expect(unmarked.length).toBeLessThan(17);
});

test('quarters of a point are a grid like any other', () => {
  const state = withFrame((frame) => ({
    ...frame,
    tickNanos: 250_000_000,
    state: { ...frame.state, LAST: 4810.25 },
    ladder: [],
  }));
  const lines = painted(state, 60, 6).toLines().slice(1);
  expect(lines.map((line) => /\d+\.\d\d/.exec(line)?.[0])).toEqual([
    '4810.75',
    '4810.50',
    '4810.25',
    '4810.00',
    '4809.75',
  ]);
});

test('what was refused is said in the ladder’s first line, for a while', () => {
  const refused = pressed(morning(SIZE), 'B');
  expect(painted(refused).toLines()[0]).toMatch(/^! refused: no price is chosen/);
  expect(painted({ ...refused, now: refused.now + 8_000 }).toLines()[0]).toMatch(/^LEVEL +MINE/);
});

test('the settings choose the columns and their order; what does not fit goes by importance', () => {
  const ids = (width: number, chosen: readonly ColumnId[]) =>
    columnsFor(width, chosen).map(({ id }) => id);
  const chosen = ['profile', 'ask', 'price', 'bid', 'own'] as const;
  expect(ids(80, chosen)).toEqual(chosen);
  expect(ids(38, chosen)).toEqual(['ask', 'price', 'bid', 'own']);
  expect(ids(24, chosen)).toEqual(['ask', 'price', 'bid']);
  const state = morning(SIZE);
  const settings = { ...state.settings, ladderColumns: ['price', 'sold'] as const };
  expect(painted({ ...state, settings }).toLines()[0]).toMatch(/^ +PRICE +SOLD$/);
});

test('every column has a setting of its name, in the usual order', () => {
  expect(columnsFor(400).map(({ id }) => id)).toEqual(LADDER_COLUMNS);
});

test('stop, target and entry are lines in the ladder while a position is held', () => {
  const grid = painted(morning(SIZE, { situation: 'long' }), 140, 44);
  expect(rowOf(grid, '249.98')).toMatch(/ S-100 ─{9} /);
  expect(rowOf(grid, '250.30')).toMatch(/ T-100 q420 /);
  expect(rowOf(grid, '250.11')).toMatch(/^ENTRY +─{15} +0 /);
  expect(rowOf(painted(morning(SIZE)), '250.11')).not.toContain('─');
});

test('beside the queue stands how long it may take, a dash while there is too little to say', () => {
  const shown = (expectedWaitMs: number | null) => {
    const state = withFrame(
      (frame) => ({
        ...frame,
        orders: frame.orders.map((order) => ({ ...order, expectedWaitMs })),
      }),
      { situation: 'long' },
    );
    return rowOf(painted(state, 140, 40), '250.30');
  };
  expect(shown(35_000)).toContain('T-100 q420 35s');
  expect(shown(null)).toContain('T-100 q420 –');
});
