import { Random } from '../../domain/random.ts';
import type { EngineSettings } from '../../domain/settings.ts';
import { MARKET_FIELDS } from '../context/state-text.ts';
import type { DecisionOutcome, Question, RawCall } from '../port.ts';
import { Checklist } from '../rules/checklist.ts';
import { ChanceTrader } from './chance-trader.ts';
import { QuotePath } from './quote-path.ts';
import { holdingOf, keptQuestion, type Situation } from './situation.ts';

/** So many items of a stream, each as likely as any other (J. S. Vitter, ACM TOMS 11, 1985, 37–57, algorithm R). */
class Reservoir<Item> {
  readonly items: Item[] = [];
  readonly #count: number;
  readonly #random: Random;
  seen = 0;

  constructor(count: number, random: Random) {
    this.#count = count;
    this.#random = random;
  }

  /** @param make Called only where it is kept. */
  offer(make: () => Item): void {
    this.seen++;
    const place = this.seen <= this.#count ? this.seen - 1 : this.#random.below(this.seen);
    if (place < this.#count) this.items[place] = make();
  }
}

/** One moment of a trade, each as likely as any other. */
interface TradeMoment {
  readonly trade: number;
  readonly seen: number;
  readonly situation: Situation;
}

/**
 * Draws moments from a day as its snapshots come: of those at which a model would be asked with nothing open, each as likely as any
 * other; and of a chance trader's trades one moment with the position open and one with the entry still working, as moments of one
 * trade tell nearly the same.
 */
export class SituationDraw {
  readonly path = new QuotePath();
  readonly #settings: EngineSettings;
  readonly #checklist: Checklist;
  readonly #trader: ChanceTrader;
  readonly #random: Random;
  readonly #flat: Reservoir<Situation>;
  readonly #trades: Readonly<Record<'entry' | 'position', Reservoir<Situation>>>;
  readonly #latest: Record<'entry' | 'position', TradeMoment | undefined> = {
    entry: undefined,
    position: undefined,
  };

  /** @param count Of moments with nothing open. @param heldCount Of those with a position, and again with an entry. */
  constructor(settings: EngineSettings, count: number, heldCount: number) {
    this.#settings = settings;
    this.#checklist = new Checklist(settings.profile);
    const random = new Random(settings.seed);
    this.#random = random.fork(1);
    this.#trader = new ChanceTrader(settings, random.fork(2));
    this.#trades = {
      entry: new Reservoir<Situation>(heldCount, random.fork(3)),
      position: new Reservoir<Situation>(heldCount, random.fork(4)),
    };
    this.#flat = new Reservoir<Situation>(count, random);
  }

  /** Moments that the drawn ones stand for: snapshots with nothing open, and trades. */
  get candidates(): { readonly flat: number; readonly entry: number; readonly position: number } {
    const { entry, position } = this.#trades;
    return { flat: this.#flat.seen, entry: entry.seen, position: position.seen };
  }

  onSnapshot(question: Question): void {
    this.path.add(question.ts, question.bid, question.ask);
    const before = this.#checklist.capture();
    this.#checklist.observe(question);
    const open = this.#trader.observe(question);
    const { conditions } = this.#checklist;
    const situation = (changes: Pick<Question, 'account' | 'orders'>): Situation => ({
      question: { ...keptQuestion(question), ...changes },
      conditions,
      before,
      settings: this.#settings,
      fieldOrder: MARKET_FIELDS,
      history: open?.history ?? [],
      openedTs: open?.openedTs ?? null,
    });
    const { untouched } = this.#trader;
    const held = Math.max(heldOf(conditions.long), heldOf(conditions.short));
    if (held >= this.#settings.brain.gate && untouched !== undefined)
      this.#flat.offer(() => ({
        ...situation({ account: untouched, orders: [] }),
        history: [],
        openedTs: null,
      }));
    if (open === undefined) return;
    const holding = holdingOf(open);
    // what is on its way out is nothing to decide about
    if (holding === 'nothing' || open.orders.some(({ role }) => role === 'EXIT')) return;
    const latest = this.#latest[holding];
    const seen = latest?.trade === open.trade ? latest.seen + 1 : 1;
    if (seen === 1) this.#put(holding);
    if (seen > 1 && this.#random.below(seen) > 0 && latest !== undefined) {
      this.#latest[holding] = { ...latest, seen };
      return;
    }
    const { account, orders } = open;
    const kept = situation({ account, orders: orders.map((order) => ({ ...order })) });
    this.#latest[holding] = { trade: open.trade, seen, situation: kept };
  }

  decide(question: Question): RawCall | undefined {
    return this.#trader.decide(question);
  }

  onOutcome(outcome: DecisionOutcome): void {
    this.#trader.onOutcome(outcome);
  }

  /** What was drawn, by time; the last of the day's trades counts as ended. */
  finish(): readonly Situation[] {
    this.#put('entry');
    this.#put('position');
    const { entry, position } = this.#trades;
    return [...this.#flat.items, ...entry.items, ...position.items].sort(
      (a, b) => a.question.ts - b.question.ts,
    );
  }

  #put(holding: 'entry' | 'position'): void {
    const latest = this.#latest[holding];
    if (latest === undefined) return;
    this.#latest[holding] = undefined;
    this.#trades[holding].offer(() => latest.situation);
  }
}

function heldOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).filter((each) => each > 0).length;
}
