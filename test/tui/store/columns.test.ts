import { describe, expect, test } from 'vitest';
import { LADDER_COLUMNS } from '../../../src/domain/ladder-column.ts';
import { DEFAULT_KEYMAP } from '../../../src/tui/keymap/keymap.ts';
import { wantedColumns } from '../../../src/tui/store/columns.ts';
import { dialogOf } from '../../../src/tui/store/dialog.ts';
import { layoutToSave } from '../../../src/tui/store/saved-layout.ts';
import { createLook } from '../../../src/tui/theme/themes.ts';
import { composed, morning, pressed } from '../../support/screen-state.ts';

const WIDE = { columns: 160, rows: 45 };
const SMALL = { columns: 80, rows: 24 };

const downs = (count: number): string[] => Array<string>(count).fill('down');
const line = (text: string): string[] => [
  ':',
  ...Array.from(text).map((letter) => (letter === ' ' ? 'space' : letter)),
  'enter',
];

describe('the list of the ladder’s columns', () => {
  test('Space takes the column under the cursor away, and puts it back to where it stood', () => {
    const without = pressed(morning(WIDE), 'o', ...downs(2), 'space');
    expect(wantedColumns(without)).toEqual(LADDER_COLUMNS.filter((id) => id !== 'pnl'));
    // it went behind the others, and the cursor with it
    expect(without.ui.column).toBe('pnl');
    const back = pressed(without, 'space');
    expect(back.settings.ladderColumns).toBeNull();
  });

  test('the arrows move a column in the ladder, and no further than its ends', () => {
    const moved = pressed(morning(WIDE), 'o', 'right', 'right', 'left', 'right');
    expect(wantedColumns(moved).slice(0, 4)).toEqual(['own', 'pnl', 'marks', 'bidOrders']);
    const left = pressed(moved, ...Array<string>(20).fill('left'));
    expect(wantedColumns(left)).toEqual(LADDER_COLUMNS);
    const right = pressed(left, ...Array<string>(20).fill('right'));
    expect(wantedColumns(right).at(-1)).toBe('marks');
  });

  test('the price stays', () => {
    const state = pressed(morning(WIDE), 'o', ...downs(7));
    expect(state.ui.column).toBe('price');
    expect(wantedColumns(pressed(state, 'space'))).toEqual(LADDER_COLUMNS);
  });

  test('what is chosen is drawn at once, and kept with the layout', () => {
    const state = pressed(morning(WIDE), 'o', ...downs(7), ...Array<string>(7).fill('left'));
    const closed = pressed(state, 'escape');
    expect(closed.ui.mode).toBe('panes');
    const heading = composed(closed, createLook('dark', false)).toLines()[3] ?? '';
    expect(heading.indexOf('PRICE')).toBeLessThan(heading.indexOf('LEVEL'));
    expect(layoutToSave(closed).ladderColumns?.[0]).toBe('price');
  });

  test('it says which columns have no room', () => {
    const told = (size: typeof WIDE, ...keys: readonly string[]) =>
      dialogOf(pressed(morning(size), ...keys, 'o'), DEFAULT_KEYMAP)?.lines.filter(({ text }) =>
        text.startsWith('no room'),
      ).length;
    expect(told(SMALL)).toBeGreaterThan(0);
    expect(told({ columns: 240, rows: 60 }, 'z')).toBe(0);
  });

  test('panic keys act over it, and the market’s keys do not', () => {
    expect(pressed(morning(WIDE), 'o', 'b').intent.unanswered).toBe(0);
    expect(pressed(morning(WIDE), 'o', 'x').intent.unanswered).toBe(1);
  });
});

describe(':columns', () => {
  test('names them in their order, in any case, with commas or blanks', () => {
    const state = pressed(morning(WIDE), ...line('columns own,bid price,Ask,bidorders,bid'));
    expect(state.settings.ladderColumns).toEqual(['own', 'bid', 'price', 'ask', 'bidOrders']);
    expect(state.status?.text).toBe('columns: own, bid, price, ask, bidOrders');
    expect(pressed(state, ...line('columns all')).settings.ladderColumns).toBeNull();
  });

  test('says what is wrong, and leaves them', () => {
    const state = pressed(morning(WIDE), ...line('columns price,size'));
    expect(state.status?.text).toMatch(/^no column "size"; there are marks, own, /);
    expect(pressed(morning(WIDE), ...line('columns bid,ask')).status?.text).toBe(
      'price has to be among the columns',
    );
    expect(state.settings.ladderColumns).toBeNull();
  });

  test('without names it opens the list', () => {
    expect(pressed(morning(WIDE), ...line('columns')).ui.mode).toBe('columns');
  });
});
