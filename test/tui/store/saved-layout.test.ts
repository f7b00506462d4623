import { expect, test } from 'vitest';
import { layoutToSave, parseLayout, withLayout } from '../../../src/tui/store/saved-layout.ts';
import { initialState, USUAL_SETTINGS } from '../../../src/tui/store/state.ts';
import { morning, pressed } from '../../support/screen-state.ts';

const WIDE = { columns: 160, rows: 45 };
const usual = layoutToSave(initialState(WIDE, 0));

test('panes, zoom, modes and sizes come back as they were, through a file', () => {
  const chosen = pressed(morning(WIDE), '0', 'm', 'm', '2', 'm', ']', ']', 'z');
  const saved: unknown = JSON.parse(JSON.stringify(layoutToSave(chosen)));
  const parsed = parseLayout(saved);
  if ('problem' in parsed) throw new Error(parsed.problem);
  const { ui } = withLayout(morning(WIDE), parsed.layout);
  expect(ui).toMatchObject({
    focus: 'tape',
    zoomed: 'tape',
    tapeMode: 'raw',
    tapeMinSize: 25,
    footprintMode: 'volume',
  });
  expect(layoutToSave(withLayout(morning(WIDE), parsed.layout))).toEqual(saved);
});

test('a fixed range of one day is not kept, and neither is the report', () => {
  const ended = { ...morning(WIDE) };
  const ui = { ...ended.ui, focus: 'report' as const, zoomed: 'report' as const };
  const profile = { kind: 'fixed' as const, from: 1, to: 2 };
  expect(layoutToSave({ ...ended, ui: { ...ui, profile } })).toEqual(usual);
});

test('columns that the settings name win over kept ones', () => {
  const layout = { ...usual, ladderColumns: ['price', 'own'] as const };
  const named = { ...USUAL_SETTINGS, ladderColumns: ['bid', 'price', 'ask'] as const };
  expect(withLayout(initialState(WIDE, 0), layout).settings.ladderColumns).toEqual([
    'price',
    'own',
  ]);
  expect(withLayout(initialState(WIDE, 0, named), layout).settings.ladderColumns).toEqual([
    'bid',
    'price',
    'ask',
  ]);
});

test('the usual layout comes back by its command', () => {
  const state = pressed(morning(WIDE), '2', 'm', 'z', ':', ...Array.from('usual-layout'), 'enter');
  expect(layoutToSave(state)).toEqual(usual);
});

test.for([
  [null, 'no object'],
  [[], 'no object'],
  [{ ...usual, color: 1 }, 'unknown field "color"'],
  [{ ...usual, zoomed: 'report' }, 'zoomed: "report"'],
  [{ ...usual, tapeMinSize: -1 }, 'tapeMinSize: -1'],
  [{ ...usual, ladderColumns: ['own'] }, 'ladderColumns: ["own"]'],
  [{ focus: 'ladder' }, 'no zoomed'],
] as const)('a broken one is taken not at all, with what is wrong: %j', ([source, problem]) => {
  expect(parseLayout(source)).toEqual({ problem });
});
