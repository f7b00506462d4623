/** How a person likes the screen, as it is kept from run to run: what is shown, in which ways, and nothing of the market. */
import { LADDER_COLUMNS } from '../../domain/ladder-column.ts';
import type { ColumnId } from './state.ts';
import {
  FOOTPRINT_MODES,
  PANES,
  type PROFILE_RANGES,
  type ScreenState,
  TAPE_MODES,
  type UiState,
} from './state.ts';

export interface SavedLayout {
  readonly focus: UiState['focus'];
  readonly zoomed: UiState['zoomed'];
  readonly beside: UiState['beside'];
  readonly tapeMode: UiState['tapeMode'];
  readonly tapeMinSize: number;
  readonly footprintMode: UiState['footprintMode'];
  /** A fixed range is one day's: it is kept as the session's. */
  readonly profile: (typeof PROFILE_RANGES)[number];
  readonly ladderColumns: readonly ColumnId[] | null;
}

export function layoutToSave({ ui, settings }: ScreenState): SavedLayout {
  const { focus, zoomed, beside, tapeMode, tapeMinSize, footprintMode, profile } = ui;
  return {
    // the report is there at the end of a run alone
    focus: focus === 'report' ? 'ladder' : focus,
    zoomed: zoomed === 'report' ? null : zoomed,
    beside,
    tapeMode,
    tapeMinSize,
    footprintMode,
    profile: profile.kind === 'fixed' ? 'session' : profile.kind,
    ladderColumns: settings.ladderColumns,
  };
}

/** The state as the layout has it. Columns that the settings name win over those that were saved. */
export function withLayout(state: ScreenState, layout: SavedLayout): ScreenState {
  const { ladderColumns, profile, ...ui } = layout;
  return {
    ...state,
    settings: {
      ...state.settings,
      ladderColumns: state.settings.ladderColumns ?? ladderColumns,
    },
    ui: { ...state.ui, ...ui, profile: { kind: profile, from: null, to: null } },
  };
}

function oneOf<T>(list: readonly T[], value: unknown): value is T {
  return list.some((known) => known === value);
}

const SHOWN = PANES.filter((pane) => pane !== 'report');
const BESIDE = ['footprint', 'profile', null] as const;

/** Whether a field of the file has a value that it can have. */
const CHECKS: Readonly<Record<keyof SavedLayout, (value: unknown) => boolean>> = {
  focus: (value) => oneOf(SHOWN, value),
  zoomed: (value) => value === null || oneOf(SHOWN, value),
  beside: (value) => oneOf(BESIDE, value),
  tapeMode: (value) => oneOf(TAPE_MODES, value),
  tapeMinSize: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  footprintMode: (value) => oneOf(FOOTPRINT_MODES, value),
  profile: (value) => value === 'session' || value === 'visible',
  ladderColumns: (value) =>
    value === null ||
    (Array.isArray(value) &&
      value.includes('price') &&
      value.every((id) => oneOf(LADDER_COLUMNS, id))),
};

/** Reads a saved layout, whole or not at all: what is wrong with it is said in words. */
export function parseLayout(
  source: unknown,
): { readonly layout: SavedLayout } | { readonly problem: string } {
  if (typeof source !== 'object' || source === null || Array.isArray(source))
    return { problem: 'no object' };
  const fields = new Map<string, unknown>(Object.entries(source));
  const unknown = [...fields.keys()].find((key) => !Object.hasOwn(CHECKS, key));
  if (unknown !== undefined) return { problem: `unknown field "${unknown}"` };
  const wrong = Object.entries(CHECKS).find(([key, check]) => !check(fields.get(key)));
  if (wrong === undefined) return { layout: source as SavedLayout };
  const found = fields.get(wrong[0]);
  return {
    problem: found === undefined ? `no ${wrong[0]}` : `${wrong[0]}: ${JSON.stringify(found)}`,
  };
}
