import { NS_PER_MS, NS_PER_SECOND, type SessionTime } from '../domain/time.ts';

/** What a feed can do that makes its book doubtful: lose messages, or tell them out of order. */
export type FeedFault = 'gap' | 'time-back' | 'sequence-back';

/** A copy of a watch, as `restore` takes it. */
export interface FeedWatchState {
  readonly counts: Readonly<Record<FeedFault, number>>;
  readonly fault: FeedFault | undefined;
  readonly until: SessionTime;
  readonly longestBackNs: number;
}

/**
 * Watches whether a feed can be believed. A record that was flagged MAYBE_BAD_BOOK (the venue's channel lost messages that
 * never came), whose time is before the time reached, or whose sequence is before the last one, makes the book doubtful
 * until none has come for some seconds of market time.
 *
 * A jump of the sequence tells nothing: a file of one instrument lacks what the channel said of the others.
 */
export class FeedWatch {
  readonly #doubtNs: number;
  readonly #counts: Record<FeedFault, number> = { gap: 0, 'time-back': 0, 'sequence-back': 0 };
  #fault: FeedFault | undefined;
  #until: SessionTime = Number.NEGATIVE_INFINITY;
  #longestBackNs = 0;

  /** @param doubtSecs For how long after such a record the book is doubtful, seconds of market time. */
  constructor(doubtSecs: number) {
    this.#doubtNs = doubtSecs * NS_PER_SECOND;
  }

  /** Such a record came at `now`. Returns what to tell a person of it: once while the doubt lasts. `backNs`: how far time ran back. */
  onFault(fault: FeedFault, now: SessionTime, backNs = 0): string | undefined {
    const isNew = now >= this.#until || this.#fault !== fault;
    this.#counts[fault]++;
    this.#fault = fault;
    this.#until = now + this.#doubtNs;
    this.#longestBackNs = Math.max(this.#longestBackNs, backNs);
    if (!isNew) return undefined;
    return `${WORDS[fault]}${fault === 'time-back' ? ` by ${backNs / NS_PER_MS} ms` : ''}: no entries until the feed has been in order for ${this.#doubtNs / NS_PER_SECOND} s`;
  }

  /** What makes the book doubtful at `now`. */
  faultAt(now: SessionTime): FeedFault | undefined {
    return now < this.#until ? this.#fault : undefined;
  }

  /** What a report has to say of the whole run. */
  get warnings(): string[] {
    const { gap, 'time-back': timeBack, 'sequence-back': sequenceBack } = this.#counts;
    const found: string[] = [];
    if (gap > 0) found.push(`${gap} records were flagged MAYBE_BAD_BOOK: messages were lost`);
    if (timeBack > 0)
      found.push(
        `${timeBack} records were earlier than the one before them, by up to ${this.#longestBackNs / NS_PER_MS} ms`,
      );
    if (sequenceBack > 0) found.push(`${sequenceBack} records' sequence ran back`);
    return found.map((text) => `the feed cannot be fully believed: ${text}`);
  }

  /** A copy of what it remembers. */
  capture(): FeedWatchState {
    return {
      counts: { ...this.#counts },
      fault: this.#fault,
      until: this.#until,
      longestBackNs: this.#longestBackNs,
    };
  }

  /** Becomes what `capture` copied of a watch with the same settings. */
  restore({ counts, fault, until, longestBackNs }: FeedWatchState): void {
    Object.assign(this.#counts, counts);
    this.#fault = fault;
    this.#until = until;
    this.#longestBackNs = longestBackNs;
  }
}

const WORDS: Readonly<Record<FeedFault, string>> = {
  gap: 'the feed lost messages',
  'time-back': "the feed's time ran back",
  'sequence-back': "the feed's sequence ran back",
};
