import { describe, expect, test } from 'vitest';
import { NS_PER_MINUTE } from '../../src/domain/time.ts';
import { ChartViews } from '../../src/engine/chart-views.ts';
import { engineRig, generatedBatch, OPEN } from '../support/engine-rig.ts';

const batch = generatedBatch(60_000, 5);

/** Charts of a market played for some minutes. */
function played(seconds: number) {
  const { engine } = engineRig();
  engine.advance(batch, 0, OPEN + seconds * 1e9, batch.count);
  const { analysis, instrument, settings } = engine.options;
  const charts = new ChartViews(analysis, instrument.tickNanos, settings.analyzers);
  return { charts, analysis, tick: instrument.tickNanos, ts: engine.clock, settings };
}

describe('the footprint', () => {
  const { charts, analysis, tick, ts, settings } = played(280);
  const current = analysis.footprint.inProgress(ts);
  const bars = [...analysis.footprint.bars, ...(current === null ? [] : [current])];

  test('has the last bars, oldest first, the one in progress last', () => {
    const view = charts.footprint({ bars: 3, rows: 40 }, ts);
    expect(bars.length).toBeGreaterThan(3);
    expect(view?.bars.map((bar) => bar.start)).toEqual(bars.slice(-3).map((bar) => bar.start));
    expect(view?.bars.map((bar) => bar.isComplete)).toEqual([true, true, current === null]);
    expect(view?.bars.at(-1)).toMatchObject({ delta: current?.delta, volume: current?.volume });
  });

  test('one tick a row shows each price as the tracker has it', () => {
    const view = charts.footprint({ bars: 2, rows: 4_000 }, ts);
    expect(view?.ticksPerRow).toBe(1);
    const [shown] = view?.bars ?? [];
    const rows = [];
    for (let at = 0; at < (shown?.cells.length ?? 0); at += 5) {
      const [row = 0, sold, bought, volume] = shown?.cells.slice(at, at + 4) ?? [];
      rows.unshift({ price: (view?.topPrice ?? 0) - row * tick, sold, bought, volume });
    }
    const asked = bars
      .at(-2)
      ?.rows.map((row) => ({ ...row, price: Math.floor(row.price / tick) * tick }));
    expect(rows).toEqual(asked);
  });

  test('coarser rows hold what their ticks hold, whole', () => {
    const view = charts.footprint({ bars: 4, rows: 5 }, ts);
    expect(view?.ticksPerRow).toBeGreaterThan(1);
    for (const bar of view?.bars ?? []) {
      let [sum, delta] = [0, 0];
      for (let at = 0; at < bar.cells.length; at += 5) {
        const [row = -1, sold = 0, bought = 0, volume = 0] = bar.cells.slice(at, at + 4);
        expect(row >= 0 && row < 5).toBe(true);
        sum += volume;
        delta += bought - sold;
      }
      expect({ sum, delta }).toEqual({ sum: bar.volume, delta: bar.delta });
    }
  });

  test('marks a row as imbalanced by the settings’ rule', () => {
    const { imbalanceRatio, imbalanceMinSize } = settings.analyzers.footprint;
    const view = new ChartViews(analysis, tick, settings.analyzers).footprint(
      { bars: 5, rows: 60 },
      ts,
    );
    let marked = 0;
    for (const bar of view?.bars ?? []) {
      for (let at = 0; at < bar.cells.length; at += 5) {
        const [, sold = 0, bought = 0, , mark = 0] = bar.cells.slice(at, at + 5);
        const isOne =
          Math.max(sold, bought) >= imbalanceMinSize &&
          Math.max(sold, bought) > imbalanceRatio * Math.min(sold, bought);
        expect(mark).toBe(isOne ? Math.sign(bought - sold) : 0);
        marked += Math.abs(mark);
      }
    }
    expect(marked).toBeGreaterThan(0);
  });
});

describe('the profile', () => {
  const { charts, analysis, tick, ts } = played(280);

  test('of the session is the analyzer’s, every share of it in a row', () => {
    const view = charts.profile({ rows: 12, range: { kind: 'session' } }, ts);
    const { profile } = analysis;
    expect(view).toMatchObject({
      poc: profile.poc(),
      vah: profile.valueAreaHigh(),
      val: profile.valueAreaLow(),
    });
    let total = 0;
    for (let at = 20_000; at < 40_000; at++) total += profile.volumeAt(at);
    expect(view?.total).toBe(total);
    expect(view?.volume.reduce((sum, size) => sum + size, 0)).toBe(total);
  });

  test('of all minutes since the open is that of the session', () => {
    const session = charts.profile({ rows: 30, range: { kind: 'session' } }, ts);
    const range = { kind: 'fixed', from: OPEN, to: null } as const;
    const visible = charts.profile({ rows: 30, range }, ts);
    expect(visible).toMatchObject({
      total: session?.total,
      volume: session?.volume,
      vah: session?.vah,
      val: session?.val,
    });
    expect(Math.abs((visible?.poc ?? 0) - (session?.poc ?? 0))).toBeLessThanOrEqual(tick);
  });

  test('of the visible bars counts the last of them, before the open too', () => {
    const { bars } = analysis.footprint;
    const current = analysis.footprint.inProgress(ts);
    const volumes = [...bars, ...(current === null ? [] : [current])].map((bar) => bar.volume);
    for (const count of [1, 2, volumes.length, 400]) {
      const view = charts.profile({ rows: 30, range: { kind: 'visible', bars: count } }, ts);
      expect(view?.total).toBe(volumes.slice(-count).reduce((sum, size) => sum + size, 0));
    }
  });

  test('of a fixed range counts its minutes and no others', () => {
    const { bars } = analysis.footprint;
    const [first, second] = [bars[1], bars[2]];
    const range = { kind: 'fixed', from: first?.start ?? 0, to: second?.start ?? 0 } as const;
    const view = charts.profile({ rows: 30, range }, ts);
    expect(view?.total).toBe((first?.volume ?? 0) + (second?.volume ?? 0));
    expect({ from: view?.from, to: view?.to }).toEqual({
      from: first?.start,
      to: (second?.start ?? 0) + NS_PER_MINUTE,
    });
    const none = charts.profile(
      { rows: 30, range: { ...range, from: OPEN - 1e13, to: OPEN - 9e12 } },
      ts,
    );
    expect(none).toMatchObject({ total: 0, poc: null, vah: null, val: null });
  });
});
