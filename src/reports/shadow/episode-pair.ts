import type { MoneyMicros } from '../../domain/money.ts';
import type { Episode } from '../../domain/run-trace.ts';
import { sumsOf } from './episode-sums.ts';
import type { Findings } from './findings.ts';
import { type Reason, spanReason } from './reasons.ts';
import type { DifferenceSubject } from './shadow-report.ts';

/** An episode that both runs have, as its parts are compared. */
export class EpisodePair {
  readonly live: Episode;
  readonly backtest: Episode;
  readonly findings: Findings;
  /** Number of the pair's first difference. */
  first: number | undefined;
  /** What has not been booked to a difference of the pair yet. */
  #resultMicros: MoneyMicros;

  constructor(findings: Findings, live: Episode, backtest: Episode) {
    this.findings = findings;
    this.live = live;
    this.backtest = backtest;
    const { multiplier } = findings.facts;
    this.#resultMicros =
      sumsOf(live, multiplier).resultMicros - sumsOf(backtest, multiplier).resultMicros;
  }

  /** What the pair makes of the runs' own difference is booked to its first. */
  add(
    subject: DifferenceSubject,
    reason: Reason,
    texts: { readonly live: string | null; readonly backtest: string | null },
    more: { readonly ticks?: number; readonly at?: number } = {},
  ): void {
    const { live, backtest, findings } = this;
    const number = findings.differences.add({
      at: more.at ?? live.from,
      episodes: [
        { run: 'live', id: live.id },
        { run: 'backtest', id: backtest.id },
      ],
      subject,
      ...reason,
      ...texts,
      ticks: more.ticks ?? null,
      resultMicros: this.#resultMicros,
    });
    this.#resultMicros = 0;
    this.first ??= number;
  }

  get unbookedMicros(): number {
    return this.#resultMicros;
  }

  /** The pair's own first difference, else the last one before it. */
  get cause(): number | undefined {
    return this.first ?? this.findings.differences.last;
  }

  /** What kept either run from acting while the episode lasted. */
  span(from: number, until: number): Reason | undefined {
    const { live, backtest } = this.findings;
    return spanReason(live, from, until) ?? spanReason(backtest, from, until);
  }
}
