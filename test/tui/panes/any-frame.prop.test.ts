import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from '../../../src/engine/protocol.ts';
import { onMessage } from '../../../src/tui/store/messages.ts';
import { currentLayout } from '../../../src/tui/store/selectors.ts';
import { initialState, PANE_KEYS } from '../../../src/tui/store/state.ts';
import { createLook } from '../../../src/tui/theme/themes.ts';
import { fakeDecision, fakeFrame, fakeNotices } from '../../support/fake-engine.ts';
import { composed, pressed } from '../../support/screen-state.ts';

const look = createLook('dark', false);
const price = fc.option(fc.double({ min: -50, max: 99_999, noNaN: true }), { nil: null });
const amount = fc.oneof(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.constant(0));

/** A frame whose figures may be unknown, absurd, or none at all. */
const anyFrame = fc
  .record({
    step: fc.nat({ max: 400 }),
    situation: fc.constantFrom('flat', 'working', 'long', 'halted'),
    last: price,
    level: price,
    money: amount,
    text: fc.string({ unit: 'grapheme', maxLength: 60 }),
    tick: fc.constantFrom(10_000_000, 250_000_000, 100_000),
    isEmpty: fc.boolean(),
  })
  .map(({ step, situation, last, level, money, text, tick, isEmpty }): Frame => {
    const frame = fakeFrame(step, { situation: situation as 'flat' });
    return {
      ...frame,
      symbol: text,
      halted: situation === 'halted' ? text : null,
      tickNanos: tick,
      state: {
        ...frame.state,
        LAST: last,
        VWAP: level,
        VP_POC: level,
        HOD: level,
        LOD: last,
        L2_IMBALANCE: level,
        CVD_SESSION: money,
        TAPE_DELTA_5S: money,
        LARGE_PRINTS_1M: isEmpty ? [] : frame.state.LARGE_PRINTS_1M,
      },
      account: {
        ...frame.account,
        UNREALIZED_PL: money,
        DAILY_PL: money,
        BUYING_POWER: money,
        DAILY_LOSS_LIMIT: isEmpty ? 0 : 500,
      },
      ladder: isEmpty ? [] : frame.ladder.map((row) => ({ ...row, bidSize: Math.abs(money) })),
      tape: isEmpty ? [] : frame.tape,
      pace: isEmpty ? [] : frame.pace,
      cvd: isEmpty ? { ts: [], cvd: [], price: [], divergences: [] } : frame.cvd,
      conditions: isEmpty ? null : frame.conditions,
    };
  });

test('any frame is painted at any size, in any pane, and never over a border', () => {
  fc.assert(
    fc.property(
      anyFrame,
      fc.integer({ min: 60, max: 400 }),
      fc.integer({ min: 20, max: 120 }),
      fc.array(
        fc.constantFrom(
          'z',
          '?',
          'tab',
          'down',
          'pageup',
          'c',
          '/',
          ':',
          'q',
          'm',
          ...Object.values(PANE_KEYS),
        ),
        { maxLength: 5 },
      ),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      (frame, columns, rows, keys, reasoning) => {
        const decision = fakeDecision('d', {
          answer: { tool: 'enter_long', arguments: { reasoning } },
        });
        const messages = [
          ...fakeNotices(),
          { type: 'decision-made', decision, sequence: 10, clock: '' } as const,
          frame,
        ];
        const empty = initialState({ columns, rows }, 0);
        const state = pressed(
          messages.reduce((s, message) => onMessage(s, message, 0), empty),
          ...keys,
        );
        const grid = composed(state, look);
        expect(grid.toLines()).toHaveLength(rows);
        const layout = currentLayout(state);
        if (layout === null || state.ui.mode === 'help' || state.ui.mode === 'quit') return;
        for (const rect of Object.values(layout.panes)) {
          const corner = (x: number, y: number) =>
            String.fromCodePoint(grid.points[y * columns + x] ?? 0);
          const [right, bottom] = [rect.x + rect.width - 1, rect.y + rect.height - 1];
          expect([
            corner(rect.x, rect.y),
            corner(right, rect.y),
            corner(rect.x, bottom),
            corner(right, bottom),
          ]).toEqual(['╭', '╮', '╰', '╯']);
          for (let y = rect.y + 1; y < bottom; y++)
            expect(corner(rect.x, y) + corner(right, y)).toBe('││');
        }
      },
    ),
    { numRuns: 150 },
  );
});
