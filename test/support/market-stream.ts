import { STATUS_HALTED, STATUS_TRADING } from '../../src/domain/event.ts';
import { Random } from '../../src/domain/random.ts';
import type { MarketRig } from './market-rig.ts';

const SECOND = 1_000_000_000;

/** One event of a stream, at the same time stamp as the one before or later. */
export type StreamStep = { readonly ts: number } & (
  | {
      readonly kind: 'add';
      readonly side: 'bid' | 'ask';
      readonly tick: number;
      readonly size: number;
    }
  | { readonly kind: 'cancel'; readonly id: number; readonly size: number }
  | {
      readonly kind: 'trade';
      readonly price: number;
      readonly size: number;
      readonly sign: 1 | -1 | 0;
      readonly isCross: boolean;
    }
  | { readonly kind: 'status'; readonly status: number }
);

/**
 * A stream of events around 250.00, all of it a function of the seed: calm and fast stretches, levels that sellers or
 * buyers are stuck at, rare prints far away, rare hours of silence, the turn of a day. `silences`: how many of a
 * thousand events come after up to five hours.
 */
export function marketStream(
  seed: number,
  count: number,
  begin: number,
  silences = 2,
): StreamStep[] {
  const random = new Random(seed);
  const below = (most: number): number => random.below(most);
  const steps: StreamStep[] = [];
  let ts = begin;
  let middle = 25_000;
  let stuck = 0;
  let orders = 0;
  let isHalted = false;
  for (let i = 0; i < count; i++) {
    const pause = below(1000);
    if (pause < 500) ts += 0;
    else if (pause < 985) ts += below(40_000_000);
    else if (pause < 1000 - silences) ts += below(12) * SECOND;
    else ts += below(300) * 60 * SECOND;
    if (below(100) === 0) stuck = below(4) - 1;
    if (stuck === 0 && below(6) === 0) middle += below(7) - 3;
    const kind = below(100);
    if (kind < 30 || orders === 0) {
      const isBid = below(2) === 0;
      const away = below(25);
      const size = below(12) === 0 ? 400 + below(900) : 1 + below(120);
      orders++;
      steps.push({
        ts,
        kind: 'add',
        side: isBid ? 'bid' : 'ask',
        tick: isBid ? middle - 1 - away : middle + 1 + away,
        size,
      });
    } else if (kind < 55) {
      steps.push({ ts, kind: 'cancel', id: 1 + below(orders), size: 1 + below(500) });
    } else if (kind < 99) {
      const sign =
        below(8) === 0 ? 0 : stuck !== 0 ? (stuck > 0 ? 1 : -1) : below(2) === 0 ? 1 : -1;
      const far = below(400) === 0 ? (below(2) === 0 ? 700 : 4_000_000) : 0;
      const near = stuck === 0 ? below(5) - 2 : below(20) === 0 ? below(9) - 4 : 0;
      const tick = middle + near + far;
      const price = tick * 10_000_000 + (below(12) === 0 ? 1 + below(9_999_999) : 0);
      const size = below(10) === 0 ? 200 + below(600) : 1 + below(150);
      steps.push({ ts, kind: 'trade', price, size, sign, isCross: below(40) === 0 });
    } else {
      isHalted = !isHalted;
      steps.push({ ts, kind: 'status', status: isHalted ? STATUS_HALTED : STATUS_TRADING });
    }
  }
  return steps;
}

/** Plays one step. */
export function playStep(rig: MarketRig, step: StreamStep): void {
  if (step.kind === 'add') rig.add(step.ts, step.side, step.tick / 100, step.size);
  else if (step.kind === 'cancel') rig.cancel(step.ts, step.id, step.size);
  else if (step.kind === 'status') rig.status(step.ts, step.status);
  else {
    const { ts, price, size, sign, isCross } = step;
    rig.tradeNanos(ts, price, size, sign, { isCross });
  }
}
