import type { Random } from '../../domain/random.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';

/**
 * What a stretch of the session is made to show: drift and one-sided flow (trend), a push beyond the session's high or
 * low as it stood (breakout, breakdown), a push that fails and turns (fakeout), a level that takes all it is hit with
 * (absorption), one order through several levels (sweep), or none of it (quiet).
 */
export type StretchKind =
  | 'quiet'
  | 'trend-up'
  | 'trend-down'
  | 'breakout'
  | 'breakdown'
  | 'absorption-bid'
  | 'absorption-ask'
  | 'fakeout-up'
  | 'fakeout-down'
  | 'sweep-up'
  | 'sweep-down';

/** A planted stretch, `[from, to)`. Stretches follow each other without gaps from the session's open to its end. */
export interface Stretch {
  readonly from: SessionTime;
  readonly to: SessionTime;
  readonly kind: StretchKind;
  /**
   * Ticks that the fair value travels, in the direction the kind names: beyond the old extreme of a breakout, to the
   * turning point of a fakeout. Of a quiet stretch signed; of an absorption 0.
   */
  readonly ticks: number;
}

/** How far beyond its beginning a fakeout ends, in ticks. */
export const FAKEOUT_FALL = 24;

/** Draws a whole session: quiet and active stretches in turn, leaning back to where it began when far away. */
export function drawScenario(random: Random, open: SessionTime, end: SessionTime): Stretch[] {
  const stretches: Stretch[] = [];
  let from = open;
  // the path in ticks from its beginning, and where it has been
  let at = 0;
  let high = 0;
  let low = 0;
  const push = (kind: StretchKind, seconds: number, ticks: number, moved: number): void => {
    const to = Math.min(end, from + Math.floor(seconds * NS_PER_SECOND));
    if (to > from) stretches.push({ from, to, kind, ticks });
    from = to;
    at += moved;
    high = Math.max(high, at);
    low = Math.min(low, at);
  };
  while (from < end) {
    const up = random.float() < 0.5 - at / 1500;
    const sign = up ? 1 : -1;
    const drift = random.below(31) - 15;
    push('quiet', 90 + random.below(330), drift, drift);
    const ticks = 40 + random.below(80);
    const trend = up ? 'trend-up' : 'trend-down';
    const toExtreme = up ? high - at : at - low;
    switch (random.below(6)) {
      case 0:
      case 1:
        push(trend, 180 + random.below(240), ticks, sign * ticks);
        break;
      case 2: {
        if (toExtreme > 25) {
          push(trend, 120 + random.below(120), ticks, sign * ticks);
          break;
        }
        const pullback = 10 + random.below(15);
        push('quiet', 90, -sign * pullback, -sign * pullback);
        const beyond = 20 + random.below(20);
        const moved = sign * (toExtreme + pullback + beyond);
        push(up ? 'breakout' : 'breakdown', 70 + random.below(60), beyond, moved);
        break;
      }
      case 3:
        push(up ? 'absorption-bid' : 'absorption-ask', 50 + random.below(40), 0, 0);
        push(trend, 120 + random.below(120), ticks, sign * ticks);
        break;
      case 4: {
        const turn = 4 + random.below(6);
        push(up ? 'fakeout-up' : 'fakeout-down', 60 + random.below(60), turn, -sign * FAKEOUT_FALL);
        break;
      }
      default: {
        const levels = 4 + random.below(5);
        push(up ? 'sweep-up' : 'sweep-down', 30 + random.below(30), levels, sign * levels);
      }
    }
  }
  return stretches;
}
