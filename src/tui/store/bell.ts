/** When the terminal's bell rings: what a trader who looks elsewhere has to hear. */
import type { EngineMessage } from '../../engine/protocol.ts';
import type { ScreenState } from './state.ts';

/** A fill rings at most so often, and an alarm too: at a replay's speed there are hundreds of either a second. Wall clock, ms. */
const FILL_MS = 1_500;
const ALARM_MS = 500;

type Sound = 'fill' | 'alarm';

/**
 * What a message says that is to be heard: a fill; or, more urgent, that a stop was hit, that entries are halted (the kill
 * switch among the reasons), that the feed is lost, or whatever the engine itself calls critical.
 */
export function soundOf(before: ScreenState, message: EngineMessage): Sound | undefined {
  switch (message.type) {
    case 'order-filled':
      return message.role === 'STOP' ? 'alarm' : 'fill';
    case 'trade-closed':
      return message.trade.exitReason === 'stop' ? 'alarm' : undefined;
    case 'alarm':
      return message.level === 'critical' ? 'alarm' : undefined;
    case 'run-failed':
      return 'alarm';
    case 'frame': {
      const { frame } = before;
      if (frame === null) return undefined;
      const isLost = ['stale', 'failed', 'connecting'].includes(message.feed.state);
      const isHalted = frame.halted === null && message.halted !== null;
      return isHalted || (frame.feed.state === 'live' && isLost) ? 'alarm' : undefined;
    }
    case 'decision-made':
    case 'order-event':
    case 'progress':
    case 'command-answered':
    case 'replay-moved':
    case 'run-ended':
      return undefined;
  }
}

/** Lets sounds through, as often as a person can tell them apart. An alarm does not wait for a fill. */
export class BellLimit {
  #fillAt = Number.NEGATIVE_INFINITY;
  #alarmAt = Number.NEGATIVE_INFINITY;

  /** Whether the bell rings for a sound at `now` (wall clock, ms). */
  rings(sound: Sound, now: number): boolean {
    const [last, gap] =
      sound === 'alarm'
        ? [this.#alarmAt, ALARM_MS]
        : [Math.max(this.#fillAt, this.#alarmAt), FILL_MS];
    if (now - last < gap) return false;
    if (sound === 'alarm') this.#alarmAt = now;
    else this.#fillAt = now;
    return true;
  }
}
