/** What the trading keys ask of the engine. */

import { NANOS_PER_UNIT } from '../../domain/price.ts';
import type { EngineCommand, Frame } from '../../engine/protocol.ts';
import { decimalsOf, formatDollars } from '../format.ts';
import type { ScreenState } from './state.ts';

/** A command with what is said of it, or why there is none. */
export type Traded =
  | { readonly command: EngineCommand; readonly words?: string }
  | { readonly refusal: string };

function entry(
  state: ScreenState,
  frame: Frame,
  side: 'buy' | 'sell',
  price: number | null,
): Traded {
  const { template } = state.settings;
  const at =
    price === null
      ? 'the touch'
      : formatDollars(price / NANOS_PER_UNIT, decimalsOf(frame.tickNanos));
  // the engine refuses it too; said here it is there before the eye has left the key
  if (frame.entryLocked) return { refusal: 'entry by hand is locked in live mode: u unlocks it' };
  return {
    command: { name: 'enter-bracket', side, price, ...pick(template), quantity: template.quantity },
    words: `${side} ${template.quantity} at ${at}`,
  };
}

function pick({ stopTicks, targetTicks, timeoutSecs }: ScreenState['settings']['template']) {
  return { stopTicks, targetTicks, timeoutSecs };
}

function atCursor(state: ScreenState, frame: Frame, side: 'buy' | 'sell'): Traded {
  const { ladderCursor } = state.ui;
  if (ladderCursor === null) return { refusal: 'no price is chosen: ↑ ↓ move the ladder’s cursor' };
  return entry(state, frame, side, ladderCursor);
}

/** One tick from where the order stands, or was asked to go. */
function moved(state: ScreenState, frame: Frame, role: 'stop' | 'target', by: 1 | -1): Traded {
  const name = role === 'stop' ? 'STOP' : 'TARGET';
  const order = frame.orders.find((working) => working.role === name);
  const from = state.intent[role]?.price ?? order?.priceNanos ?? null;
  if (order === undefined || from === null) return { refusal: `there is no ${role} to move` };
  const price = from + by * frame.tickNanos;
  const at = formatDollars(price / NANOS_PER_UNIT, decimalsOf(frame.tickNanos));
  return { command: { name: `move-${role}`, price }, words: `${role} to ${at}` };
}

function reverse(state: ScreenState, frame: Frame): Traded {
  if (frame.account.POSITION === 0) return { refusal: 'there is no position to reverse' };
  if (frame.entryLocked) return { refusal: 'entry by hand is locked in live mode: u unlocks it' };
  return { command: { name: 'reverse', ...pick(state.settings.template) } };
}

/** What a trading action comes to; `undefined` where the action is none. */
export function onTradingAction(state: ScreenState, id: string): Traded | undefined {
  const { frame } = state;
  const act = ACTIONS[id];
  if (act === undefined) return undefined;
  return frame === null ? { refusal: 'there is no market yet' } : act(state, frame);
}

const ACTIONS: Readonly<Record<string, (state: ScreenState, frame: Frame) => Traded>> = {
  buy: (state, frame) => entry(state, frame, 'buy', null),
  sell: (state, frame) => entry(state, frame, 'sell', null),
  'buy-at-cursor': (state, frame) => atCursor(state, frame, 'buy'),
  'sell-at-cursor': (state, frame) => atCursor(state, frame, 'sell'),
  'stop-up': (state, frame) => moved(state, frame, 'stop', 1),
  'stop-down': (state, frame) => moved(state, frame, 'stop', -1),
  'target-up': (state, frame) => moved(state, frame, 'target', 1),
  'target-down': (state, frame) => moved(state, frame, 'target', -1),
  reverse,
};
