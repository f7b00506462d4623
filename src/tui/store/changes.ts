import type { Frame } from '../../engine/protocol.ts';

/** How long a changed value is shown as changed, ms. */
export const HIGHLIGHT_MS = 500;

/** The values of a frame whose change is shown, by name. Sizes of the ladder are `bid:PRICE` and `ask:PRICE`. */
function* watched(frame: Frame): Generator<readonly [string, number | string | boolean | null]> {
  const { state, account } = frame;
  yield ['LAST', state.LAST];
  yield ['POSITION', account.POSITION];
  yield ['AVG_ENTRY', account.AVG_ENTRY];
  yield ['DAILY_TRADES', account.DAILY_TRADES];
  yield ['halted', frame.halted];
  yield ['feed', frame.feed.state];
  yield ['TIME_SESSION', state.TIME_SESSION];
  yield ['L2_IMBALANCE', state.L2_IMBALANCE];
  yield ['TAPE_VELOCITY', state.TAPE_VELOCITY];
  yield ['TAPE_SENTIMENT', state.TAPE_SENTIMENT];
  yield ['CVD_TREND', state.CVD_TREND];
  yield ['PRICE_VS_POC', state.PRICE_VS_POC];
  yield ['VP_POC', state.VP_POC];
  yield ['VP_DEVELOPING_POC', state.VP_DEVELOPING_POC];
  yield ['HOD', state.HOD];
  yield ['LOD', state.LOD];
  yield ['HOD_LOD_LOC', state.HOD_LOD_LOC];
  yield ['ABSORPTION', state.ABSORPTION_SIDE];
  yield ['bracket', frame.bracket?.state ?? null];
}

/** When each shown value last changed, after `next` replaced `previous`. What has faded is left out. */
export function changesOf(
  previous: Frame | null,
  next: Frame,
  known: ReadonlyMap<string, number>,
  now: number,
): ReadonlyMap<string, number> {
  const changes = new Map<string, number>();
  for (const [name, at] of known) if (now - at < HIGHLIGHT_MS) changes.set(name, at);
  if (previous === null) return changes;
  const before = new Map(watched(previous));
  for (const [name, value] of watched(next)) {
    if (before.has(name) && before.get(name) !== value) changes.set(name, now);
  }
  const rows = new Map(previous.ladder.map((row) => [row.price, row]));
  for (const row of next.ladder) {
    const old = rows.get(row.price);
    if (old === undefined) continue;
    if (old.bidSize !== row.bidSize) changes.set(`bid:${row.price}`, now);
    if (old.askSize !== row.askSize) changes.set(`ask:${row.price}`, now);
  }
  return changes;
}
