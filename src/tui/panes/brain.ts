import type { DecisionRecord } from '../../domain/decision.ts';
import type { Frame } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import { drawPieces, type Piece, wrapText } from '../draw.ts';
import { formatDuration, formatInteger } from '../format.ts';
import { callText, figuresText, reasoningOf } from '../store/log.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

function convictionText(decision: DecisionRecord): string {
  const values = decision.answer?.arguments;
  if (typeof values !== 'object' || values === null || !('conviction' in values)) return '';
  return typeof values.conviction === 'number' ? `conviction ${values.conviction.toFixed(2)}` : '';
}

function verdictPiece(decision: DecisionRecord, look: Look): Piece {
  if (decision.code !== null)
    return { text: `refused ${decision.code}`, style: look.style.wall, rank: 0 };
  const isWait = decision.tool === 'wait';
  return {
    text: isWait ? 'wait' : 'took effect',
    style: isWait ? look.style.muted : look.style.good,
    rank: 0,
  };
}

function costPieces(decision: DecisionRecord, look: Look): Piece[] {
  const { tokens, latencyMs, costUsd } = decision;
  const style = look.style.muted;
  return [
    verdictPiece(decision, look),
    { text: latencyMs === null ? '' : formatDuration(latencyMs), style, rank: 1 },
    { text: convictionText(decision), style, rank: 2 },
    {
      text:
        tokens === null
          ? ''
          : `${formatInteger(tokens.input)} in ${formatInteger(tokens.output)} out`,
      style,
      rank: 4,
    },
    { text: costUsd === null ? '' : `$${costUsd.toFixed(4)}`, style, rank: 3 },
  ];
}

/** What the brain is about to do, in words. */
export function waitingFor(frame: Frame): string {
  if (frame.brain.paused) return 'paused';
  if (frame.halted !== null) return `halted: ${frame.halted}`;
  if (frame.brain.trouble !== null) return frame.brain.trouble;
  if (frame.brain.inFlight) return 'waiting for an answer';
  if (frame.account.POSITION !== 0) return 'managing the position';
  if (frame.orders.some((order) => order.role === 'ENTRY')) return 'waiting for a fill';
  const { conditions } = frame;
  if (conditions === null) return 'waiting for the next snapshot';
  const missing = (list: readonly { held: number }[]) => list.filter((c) => c.held === 0).length;
  const [long, short] = [missing(conditions.long), missing(conditions.short)];
  const side = long <= short ? 'long' : 'short';
  const count = Math.min(long, short);
  return count === 0
    ? `${side}: all conditions hold`
    : `${side} lacks ${count} condition${count === 1 ? '' : 's'}`;
}

/** The last decision and what the brain waits for. */
export function paintBrain(state: ScreenState, look: Look, grid: Grid): void {
  const { frame, decision } = state;
  const { style } = look;
  if (frame !== null) {
    grid.text(0, 0, 'now', style.faint);
    grid.text(
      5,
      0,
      waitingFor(frame),
      frame.brain.paused || frame.halted !== null || frame.brain.trouble !== null
        ? style.wall
        : style.text,
    );
  }
  if (decision === null) {
    grid.text(0, 1, 'last no decision yet', style.faint);
    return;
  }
  grid.text(0, 1, 'last', style.faint);
  let y = 1;
  for (const line of wrapText(callText(decision), grid.columns - 5)) {
    grid.text(5, y, line, style.strong);
    y++;
  }
  drawPieces(grid, 5, y, grid.columns - 5, costPieces(decision, look));
  y++;
  const figures = figuresText(decision.figures);
  if (figures !== '') {
    for (const line of wrapText(figures, grid.columns - 5)) {
      grid.text(5, y, line, style.muted);
      y++;
    }
  }
  const lines = wrapText(reasoningOf(decision), grid.columns - 5);
  const last = Math.max(0, lines.length - Math.max(1, grid.rows - y));
  const from = state.ui.focus === 'brain' ? Math.min(state.ui.scroll, last) : 0;
  for (const [i, line] of lines.slice(from).entries()) grid.text(5, y + i, line, style.text);
}
