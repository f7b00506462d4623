import { Portfolio } from '../execution/portfolio.ts';
import type { JournalEntry } from '../journal/entry.ts';
import { type CarriedDay, rulingHaltOf } from '../risk/carried-day.ts';
import { rebuildDesk } from './rebuild-desk.ts';
import type { TradingEngine } from './trading-engine.ts';

/**
 * Makes a new engine the one that wrote these entries, after their last: orders, brackets, position and money, what the gate has counted,
 * halts, pause and the numbers of its decisions. What was on its way may have arrived, so nothing is sent until the venue has told
 * what it holds. Not taken up is what the market of that time was: book and analyzers begin anew.
 *
 * @param entries A whole journal's of a run that never went back, in order.
 * @param dayNow What the trading day has used up by now, this run's part included: somebody may have reset a halt since.
 */
export function takeUpRun(
  engine: TradingEngine,
  entries: readonly JournalEntry[],
  dayNow: Pick<CarriedDay, 'halts' | 'orders' | 'lossFromMicros'>,
): void {
  const { account, decisions, desk, options, risk } = engine;
  const { day, instrument, present, recorder } = options;
  const idPrefix = present?.idPrefix ?? '';
  desk.restore(
    rebuildDesk(entries, new Portfolio(instrument, day), {
      idPrefix,
      multiplier: instrument.multiplier,
    }),
  );
  let asked = 0;
  let isPaused = false;
  for (const { body } of entries) {
    if (body.type === 'decision') asked = Math.max(asked, Number(body.decision.id.slice(1)));
    else if (body.type === 'command' && body.name === 'pause-brain') isPaused = true;
    else if (body.type === 'command' && body.name === 'resume-brain') isPaused = false;
  }
  const { halts, orders, lossFromMicros } = dayNow;
  const ruling = rulingHaltOf(halts);
  const halt = ruling === undefined ? undefined : { code: ruling.code, reason: ruling.reason };
  risk.restore({ recent: [], approvedInSession: orders, halt, isPaused });
  account.restore({ ...account.capture(), lossFromMicros });
  if (decisions !== undefined) decisions.restore({ ...decisions.capture(), count: asked });
  const last = entries.at(-1)?.sequence ?? 0;
  recorder.restore({ ...recorder.capture(), sequence: last });
  desk.resume(engine.clock);
}
