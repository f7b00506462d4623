import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rect } from '../../../src/tui/canvas/grid.ts';
import { centered, inside, type Layout, layoutOf } from '../../../src/tui/layout/layout.ts';
import { PANES } from '../../../src/tui/store/state.ts';

const size = fc.record({
  columns: fc.integer({ min: 1, max: 420 }),
  rows: fc.integer({ min: 1, max: 130 }),
});
const EVERYTHING = PANES.filter((pane) => pane !== 'report');
const beside = fc.option(fc.constantFrom('footprint' as const, 'profile' as const), { nil: null });
const zoomed = fc.option(fc.constantFrom(...PANES), { nil: null });

function rectsOf(layout: Layout): Rect[] {
  const { header, panes, position, logLine, status } = layout;
  return [header, ...Object.values(panes), position, logLine, status].filter((r) => r !== null);
}

test('every cell of the screen belongs to exactly one rectangle, whatever the size', () => {
  fc.assert(
    fc.property(size, zoomed, beside, fc.boolean(), (screen, pane, chart, isReportShown) => {
      const layout = layoutOf({ size: screen, zoomed: pane, beside: chart, isReportShown });
      const isBigEnough = screen.columns >= 80 && screen.rows >= 24;
      expect(layout !== null).toBe(isBigEnough);
      if (layout === null) return;
      const owners = new Uint8Array(screen.columns * screen.rows);
      for (const { x, y, width, height } of rectsOf(layout)) {
        expect(x >= 0 && y >= 0 && x + width <= screen.columns && y + height <= screen.rows).toBe(
          true,
        );
        for (let row = y; row < y + height; row++) {
          for (let column = x; column < x + width; column++) {
            const at = row * screen.columns + column;
            owners[at] = (owners[at] ?? 0) + 1;
          }
        }
      }
      expect(owners.every((count) => count === 1)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a higher screen never has fewer panes, nor a ladder of fewer rows', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 80, max: 400 }),
      fc.integer({ min: 45, max: 120 }),
      (columns, rows) => {
        const at = (c: number, r: number) =>
          layoutOf({ size: { columns: c, rows: r }, zoomed: null, isReportShown: false });
        const [small, more] = [at(columns, rows), at(columns, rows + 5)];
        expect(Object.keys(more?.panes ?? {}).length).toBeGreaterThanOrEqual(
          Object.keys(small?.panes ?? {}).length,
        );
        const depth = (layout: Layout | null) => layout?.panes.ladder?.height ?? 0;
        expect(depth(more)).toBeGreaterThanOrEqual(depth(small));
      },
    ),
  );
});

test.for([
  [80, 24, ['ladder', 'tape']],
  [120, 35, ['ladder', 'tape', 'cvd', 'account', 'brain', 'log']],
  [160, 45, ['ladder', 'tape', 'cvd', 'state', 'brain', 'account', 'orders', 'log']],
  [209, 60, ['ladder', 'tape', 'cvd', 'state', 'brain', 'account', 'orders', 'log']],
  [210, 50, EVERYTHING],
  [400, 120, EVERYTHING],
] as const)('%i by %i shows %j', ([columns, rows, panes]) => {
  const layout = layoutOf({ size: { columns, rows }, zoomed: null, isReportShown: false });
  expect(Object.keys(layout?.panes ?? {}).sort()).toEqual([...panes].sort());
  for (const rect of Object.values(layout?.panes ?? {})) {
    expect(inside(rect).width).toBeGreaterThanOrEqual(22);
    expect(inside(rect).height).toBeGreaterThanOrEqual(5);
  }
});

test.for([
  [120, 35],
  [160, 45],
  [209, 120],
] as const)(
  'at %i by %i a chart stands beside a ladder as large as without it',
  ([columns, rows]) => {
    const at = (chart: 'footprint' | null) =>
      layoutOf({ size: { columns, rows }, zoomed: null, beside: chart, isReportShown: false });
    expect(at('footprint')?.panes.ladder).toEqual(at(null)?.panes.ladder);
    const chart = at('footprint')?.panes.footprint;
    expect(inside(chart ?? { x: 0, y: 0, width: 0, height: 0 }).width).toBeGreaterThanOrEqual(55);
    expect(chart?.height).toBeGreaterThanOrEqual(16);
  },
);

test('a dialog stays on the screen', () => {
  fc.assert(
    fc.property(
      size,
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 500 }),
      (screen, width, height) => {
        fc.pre(screen.columns >= 10 && screen.rows >= 5);
        const { x, y, width: w, height: h } = centered(screen, width, height);
        expect(x >= 0 && y >= 0 && x + w <= screen.columns && y + h <= screen.rows).toBe(true);
      },
    ),
  );
});
