/** The trades of a run that has ended: their list, and the way back to their moments. */
import type { RoundTrip, RunResult } from '../../domain/run.ts';
import { formatClock, NS_PER_DAY, parseClock } from '../../domain/time.ts';
import type { Frame } from '../../engine/protocol.ts';
import { formatMoney } from '../format.ts';
import { logCommand } from './log.ts';
import { clockOf } from './messages.ts';
import { initialState, type ScreenState } from './state.ts';

/** A moment of UTC, as results have them, by the exchange's clock. */
export function clockAt(ts: string, zoneOffsetNs: number): string {
  const time = parseClock(ts.slice(11, 19));
  if (time === undefined) return '';
  return formatClock((time + zoneOffsetNs + NS_PER_DAY) % NS_PER_DAY);
}

/** A trade in one line of aligned columns, without its number. */
export function tradeText(trade: RoundTrip, frame: Frame | null): string {
  return [
    clockAt(trade.entryTs, frame?.zoneOffsetNs ?? 0),
    trade.side.padEnd(5),
    String(trade.quantity).padStart(5),
    trade.entryPrice.padStart(9),
    trade.exitPrice.padStart(9),
    formatMoney(trade.netPl).padStart(10),
    trade.exitReason,
  ].join(' ');
}

/** The state with the cursor of the list `by` trades further, and in sight. */
export function onNextTrade(state: ScreenState, by: number): ScreenState {
  const count = state.result?.trades.length ?? 0;
  const trade = Math.max(0, Math.min(count - 1, state.ui.trade + by));
  // the box is four rows lower than the screen, and has a border
  const visible = Math.max(1, state.size.rows - 6);
  const scroll = Math.max(trade - visible + 1, Math.min(state.ui.scroll, trade));
  return { ...state, ui: { ...state.ui, trade, scroll: Math.max(0, scroll) } };
}

/** The screen as a run begins on it that is looked into again: what was chosen stays, what was shown does not. */
export function reviewing(
  state: ScreenState,
  reviewed: { readonly result: RunResult; readonly reportLines: readonly string[] },
  now: number,
): ScreenState {
  const fresh = initialState(state.size, now, state.settings);
  const text =
    'the run again, held at the trade; what was done by hand does not come again; 9: the report';
  return {
    ...logCommand(fresh, clockOf(state.frame), text, 'good'),
    bookmarks: state.bookmarks,
    reviewed,
    status: { text, level: 'good', at: now },
    ui: { ...state.ui, mode: 'panes', focus: 'ladder', zoomed: null, scroll: 0 },
  };
}
