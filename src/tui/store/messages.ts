import { formatClock } from '../../domain/time.ts';
import type { EngineMessage, Frame } from '../../engine/protocol.ts';
import type { Size } from '../canvas/grid.ts';
import { changesOf } from './changes.ts';
import { logCommand, logNotice } from './log.ts';
import { type Intent, type Move, NO_INTENT, type ScreenState } from './state.ts';

const FILLS_KEPT = 50;
const TRADES_KEPT = 500;

/** The exchange's clock of a frame, `HH:MM:SS`. */
export function clockOf(frame: Frame | null, decimals = 0): string {
  return frame === null ? '--:--:--' : formatClock(frame.ts + frame.zoneOffsetNs, decimals);
}

/** How long a stop or target that was asked for counts as on its way, ms. */
const MOVE_MS = 1_500;

/** A move that is still on its way: no frame shows the order at its price. */
function pending(
  move: Move | null,
  frame: Frame,
  role: 'STOP' | 'TARGET',
  now: number,
): Move | null {
  if (move === null || now - move.at > MOVE_MS) return null;
  const order = frame.orders.find((working) => working.role === role);
  return order === undefined || order.priceNanos === move.price ? null : move;
}

/** What was asked for and no frame has told yet. */
function intentAfter({ intent }: ScreenState, frame: Frame, now: number): Intent {
  const stop = pending(intent.stop, frame, 'STOP', now);
  const target = pending(intent.target, frame, 'TARGET', now);
  // frames after the last answer tell what came of the rest
  const rest = intent.unanswered === 0 ? NO_INTENT : intent;
  return { ...rest, stop, target };
}

function onFrame(state: ScreenState, frame: Frame, now: number): ScreenState {
  const sizes = frame.state.LARGE_PRINTS_1M.map((print) => print.size);
  const least = Math.min(state.largeSize ?? Number.POSITIVE_INFINITY, ...sizes);
  return {
    ...state,
    now,
    frame,
    intent: intentAfter(state, frame, now),
    changes: changesOf(state.frame, frame, state.changes, now),
    largeSize: Number.isFinite(least) ? least : null,
  };
}

function onAnswer(
  state: ScreenState,
  answer: Extract<EngineMessage, { type: 'command-answered' }>,
  now: number,
): ScreenState {
  const lifts = /^HALTED\b/.test(answer.text) ? '; :reset-halt lifts the halt' : '';
  const text = answer.accepted ? answer.text : `refused: ${answer.text}${lifts}`;
  const level = answer.accepted ? 'good' : 'warning';
  const unanswered = Math.max(0, state.intent.unanswered - 1);
  // what the command's own line says already is not said again
  const isSaid = answer.accepted && state.log.at(-1)?.text === text;
  return {
    ...(isSaid
      ? state
      : logCommand(state, clockOf(state.frame), text, answer.accepted ? 'normal' : 'warning')),
    now,
    // a move that was refused goes nowhere
    intent: {
      ...state.intent,
      unanswered,
      ...(answer.accepted ? {} : { stop: null, target: null }),
    },
    status: { text, level, at: now },
  };
}

/** The state after a message of the engine, received at `now` (wall clock, ms). */
export function onMessage(state: ScreenState, message: EngineMessage, now: number): ScreenState {
  switch (message.type) {
    case 'frame':
      return onFrame(state, message, now);
    case 'decision-made':
      return { ...logNotice(state, message), now, decision: message.decision };
    case 'order-filled':
      return {
        ...logNotice(state, message),
        now,
        fills: [message, ...state.fills].slice(0, FILLS_KEPT),
      };
    case 'trade-closed':
      return {
        ...logNotice(state, message),
        now,
        trades: [...state.trades, message.trade].slice(-TRADES_KEPT),
      };
    case 'order-event':
      return { ...logNotice(state, message), now };
    case 'alarm': {
      const logged = { ...logNotice(state, message), now };
      if (message.level === 'info') return logged;
      return { ...logged, status: { text: message.text, level: message.level, at: now } };
    }
    case 'progress':
      return { ...state, now, progress: { percent: message.percent, clock: message.clock } };
    case 'command-answered':
      return onAnswer(state, message, now);
    case 'replay-moved': {
      const { fills, trades, decision } = message;
      return { ...state, now, fills, trades: trades.slice(-TRADES_KEPT), decision };
    }
    case 'run-ended':
      return {
        ...state,
        now,
        result: message.result,
        ui: { ...state.ui, focus: 'report', zoomed: null, scroll: 0 },
      };
    case 'run-failed':
      return {
        ...state,
        now,
        failure: message.text,
        status: { text: `the run failed: ${message.text}`, level: 'critical', at: now },
      };
  }
}

/** The state after the terminal changed its size. */
export function onResize(state: ScreenState, size: Size, now: number): ScreenState {
  return { ...state, size, now };
}
