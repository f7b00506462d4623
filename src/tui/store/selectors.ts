import { NANOS_PER_UNIT } from '../../domain/price.ts';
import type { Frame, TapePrint } from '../../engine/protocol.ts';
import { inside, type Layout, layoutOf } from '../layout/layout.ts';
import { HIGHLIGHT_MS } from './changes.ts';
import { filteredLog } from './log.ts';
import { type LogEntry, PANES, type PaneId, type ScreenState } from './state.ts';

/** Rows of the ladder that are its heading. */
export const LADDER_HEADING = 1;

export function currentLayout(state: ScreenState): Layout | null {
  return layoutOf({
    size: state.size,
    zoomed: state.ui.zoomed,
    beside: state.ui.beside,
    isReportShown: state.result !== null && state.ui.focus === 'report',
  });
}

/** The panes that Tab goes through: those on the screen, in the order of their numbers. */
export function shownPanes(state: ScreenState): readonly PaneId[] {
  const layout = currentLayout(state);
  return layout === null ? [] : PANES.filter((pane) => layout.panes[pane] !== undefined);
}

/** Lines inside a pane, as the screen is now; of a pane that is not shown, as if it were zoomed. */
export function innerRows(state: ScreenState, pane: PaneId): number {
  const layout = currentLayout(state);
  const shown = layout?.panes[pane];
  return shown === undefined ? Math.max(0, state.size.rows - 5) : inside(shown).height;
}

/** Price levels that the ladder can show now. */
export function ladderRows(state: ScreenState): number {
  return Math.max(1, innerRows(state, 'ladder') - LADDER_HEADING);
}

/** A price in dollars on the ladder's grid, at the tick nearest to it. */
export function toRowPrice(dollars: number, tickNanos: number): number {
  return Math.round((dollars * NANOS_PER_UNIT) / tickNanos) * tickNanos;
}

/** The price in the ladder's middle row, 1e-9 units; `null` before there is any price. */
export function ladderMiddle(state: ScreenState): number | null {
  const { frame, ui } = state;
  if (ui.ladderCenter !== null) return ui.ladderCenter;
  if (frame === null) return null;
  if (frame.state.LAST !== null) return toRowPrice(frame.state.LAST, frame.tickNanos);
  return frame.ladder[frame.ladder.length >> 1]?.price ?? null;
}

/** The price of the ladder's first row. */
export function ladderTop(state: ScreenState, rows: number): number | null {
  const middle = ladderMiddle(state);
  return middle === null || state.frame === null
    ? null
    : middle + (rows >> 1) * state.frame.tickNanos;
}

/** Whether a value changed within the last half second. */
export function isChanged(state: ScreenState, name: string): boolean {
  const at = state.changes.get(name);
  return at !== undefined && state.now - at < HIGHLIGHT_MS;
}

/** Prints that follow each other at one price and from one side, as one: the newest's time, all of their size. */
function summarized(prints: readonly TapePrint[]): TapePrint[] {
  const runs: TapePrint[] = [];
  for (const print of prints) {
    const run = runs.at(-1);
    if (run === undefined || run.price !== print.price || run.sign !== print.sign) runs.push(print);
    else
      runs[runs.length - 1] = {
        ...run,
        size: run.size + print.size,
        trades: run.trades + print.trades,
      };
  }
  return runs;
}

/** What the tape lists, newest first, in its mode and above its least size. */
export function shownPrints({ frame, ui }: ScreenState): readonly TapePrint[] {
  if (frame === null) return [];
  const joined = ui.tapeMode === 'summary' ? summarized(frame.tape) : frame.tape;
  // the first frames after the mode was chosen have no trades yet
  const prints = ui.tapeMode === 'raw' ? (frame.trades ?? joined) : joined;
  return ui.tapeMinSize === 0 ? prints : prints.filter((p) => p.size >= ui.tapeMinSize);
}

/** What the log pane lists: oldest first, filtered, and the place of the selected entry (the last one while following). */
export function logView(state: ScreenState): { entries: readonly LogEntry[]; at: number } {
  const { selected, filter } = state.ui.log;
  const entries = filteredLog(state.log, filter);
  if (selected === null) return { entries, at: entries.length - 1 };
  const at = entries.findLastIndex((entry) => entry.number <= selected);
  return { entries, at: Math.max(0, at) };
}

/** The entry that Enter opens. */
export function selectedEntry(state: ScreenState): LogEntry | undefined {
  const { entries, at } = logView(state);
  return entries[at];
}

/** How long a word of the screen's own is shown, ms. */
export const STATUS_MS = 8_000;

/** What was refused a moment ago, in words, or `null`. */
export function freshRefusal({ status, now }: ScreenState): string | null {
  if (status?.level !== 'warning' || now - status.at >= STATUS_MS) return null;
  return status.text.startsWith('refused') ? status.text : null;
}

/** Whether leaving now would leave something behind. */
export function isExposed(frame: Frame | null): boolean {
  return frame !== null && (frame.account.POSITION !== 0 || frame.orders.length > 0);
}
