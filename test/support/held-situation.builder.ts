import { MARKET_FIELDS } from '../../src/brain/context/state-text.ts';
import { QuotePath } from '../../src/brain/evaluation/quote-path.ts';
import type { Situation } from '../../src/brain/evaluation/situation.ts';
import { Checklist } from '../../src/brain/rules/checklist.ts';
import { settingsWith } from './engine-rig.ts';
import { type QuestionChanges, question, workingOrder } from './question.builder.ts';

const settings = settingsWith();
export const START = 50_000e9;

/** A moment; `changes` may spoil every long condition's having held long enough. */
export function situation(secs: number, changes: QuestionChanges = {}): Situation {
  const asked = question({ ts: START + secs * 1e9, ...changes });
  const checklist = new Checklist(settings.profile);
  checklist.observe(asked);
  checklist.observe(asked);
  const before = checklist.capture();
  checklist.observe(asked);
  const { conditions } = checklist;
  return {
    question: asked,
    conditions,
    before,
    settings,
    fieldOrder: MARKET_FIELDS,
    history: [],
    openedTs: asked.account.POSITION === 0 ? null : asked.ts - 10e9,
  };
}

/** Long 100 from 250.00, stop 249.80, target 250.40. */
export function longSituation(secs: number, changes: QuestionChanges = {}): Situation {
  const orders = [workingOrder('STOP', 249.8), workingOrder('TARGET', 250.4)];
  return situation(secs, { position: 100, orders, ...changes });
}

/** A buy at 250.00 that works, with the same exits. */
export function entrySituation(secs: number): Situation {
  const entry = { ...workingOrder('ENTRY', 250), side: 'BUY' as const };
  return situation(secs, {
    orders: [entry, workingOrder('STOP', 249.8), workingOrder('TARGET', 250.4)],
  });
}

/** A market of a second a step; `bidAt` tells the bid, two cents below the ask. */
export function pathOf(bidAt: (secs: number) => number): QuotePath {
  const path = new QuotePath();
  for (let secs = 0; secs < 400; secs++) {
    const bid = Math.round(bidAt(secs) * 100) / 100;
    path.add(START + secs * 1e9, bid, Math.round((bid + 0.02) * 100) / 100);
  }
  return path;
}
