import { NS_PER_MS } from '../../../src/domain/time.ts';
import {
  PLANT_KINDS,
  type PlantedEvent,
  type PlantKind,
} from '../../../src/simulation/generated/plant.ts';
import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';
import { DayWatch, type WatchedDay } from './day-watch.ts';
import { plantedDay } from './planted-day.ts';
import { type Alarm, isDuring, Tally } from './scores.ts';

/** Events of a kind that one day has room for, all kinds together. */
const PER_DAY = 21;
const EVENTS_PER_DAY = 400_000;
const HALT_SLACK_NS = 200 * NS_PER_MS;

/**
 * Plants `count` events, as many of each kind, in calm generated days and one calm day more without any; plays them through
 * the real engine; and tells how well each analyzer finds them.
 *
 * Three questions are kept apart. Exactness: after every event CVD, VWAP, volume, high and low, POC, the footprint and the
 * level's changes are what the exchange's own books say. The rule: at every alarm, after every event and at moments in
 * between the analyzer says what the specification says, read by a slow second implementation. Both are violations where
 * they fail. And the truth: what share of the planted events is found (recall), and of the alarms is planted (precision):
 * these are figures and no invariants, since a rule may hold by chance, too.
 */
export function proveAnalyzers(
  { count, seed, say }: ProofOptions,
  eventsPerDay = EVENTS_PER_DAY,
): ProofResult {
  const violations = new Violations(say);
  const tallies = talliesOf();
  const planted = new Map<PlantKind, number>();
  let looked = 0;
  const days = [...shares(count), []];
  days.forEach((counts, n) => {
    const day = plantedDay(counts, seed * 1000 + n, eventsPerDay);
    const watched = new DayWatch(violations).play(day);
    countDay(tallies, watched, day.planted);
    checkHalts(violations, tallies.halts, watched, day.planted);
    for (const { kind } of day.planted) planted.set(kind, (planted.get(kind) ?? 0) + 1);
    looked += 1;
    say(
      `day ${n + 1} of ${days.length}: ${day.planted.length} planted, ${violations.count} violations so far`,
    );
  });
  const scores = Object.values(tallies).map((tally) => tally.score());
  say('');
  say(
    'analyzer        planted  found  recall  alarms  right  precision  by rule: precision  recall  quiet day',
  );
  for (const score of scores) {
    const cells = [
      String(score.planted).padStart(7),
      String(score.found).padStart(6),
      percent(score.recall).padStart(7),
      String(score.alarms).padStart(7),
      String(score.right).padStart(6),
      percent(score.precision).padStart(10),
      percent(score.precisionByRule).padStart(19),
      percent(score.recallByRule).padStart(7),
      String(score.alarmsOnQuietDay).padStart(10),
    ];
    say(`${score.analyzer.padEnd(15)} ${cells.join(' ')}`);
  }
  say('');
  return {
    violations: violations.count,
    days: looked,
    planted: Object.fromEntries(planted),
    analyzers: Object.fromEntries(scores.map(({ analyzer, ...score }) => [analyzer, score])),
  };
}

/** As many events of each kind as `count` gives, spread over days that have room for them. */
function shares(count: number): (readonly [PlantKind, number])[][] {
  const days = Math.max(1, Math.ceil(count / (PER_DAY * PLANT_KINDS.length)));
  return Array.from({ length: count === 0 ? 0 : days }, (_, day) =>
    PLANT_KINDS.map((kind, n) => {
      // the n-th kind has every seventh event from the n-th on, and a day its even part of them
      const all = Math.ceil((count - n) / PLANT_KINDS.length);
      const part = Math.floor((all * (day + 1)) / days) - Math.floor((all * day) / days);
      return [kind, part] as const;
    }),
  );
}

function talliesOf() {
  const levels = (alarm: Alarm, event: PlantedEvent): boolean =>
    isDuring(alarm, event, 1) && alarm.side === event.side && alarm.price === event.price;
  const sides =
    (seconds: number) =>
    (alarm: Alarm, event: PlantedEvent): boolean =>
      isDuring(alarm, event, seconds) && alarm.side === event.side;
  return {
    absorption: new Tally('absorption', ['absorption', 'iceberg'], levels),
    largePrints: new Tally(
      'largePrints',
      ['sweep'],
      (alarm, event) => sides(1)(alarm, event) && alarm.size === event.volume,
    ),
    sweeps: new Tally(
      'sweeps',
      ['sweep'],
      (alarm, event) => sides(1)(alarm, event) && alarm.size === event.volume,
    ),
    pulls: new Tally('pulls', ['spoof'], levels),
    breakouts: new Tally('breakouts', ['breakout'], sides(1)),
    trends: new Tally('trends', ['trend'], (alarm, event) => sides(1)(alarm, event)),
    halts: new Tally('halts', ['halt'], (alarm, event) => isDuring(alarm, event, 0)),
  };
}

function countDay(
  tallies: ReturnType<typeof talliesOf>,
  watched: WatchedDay,
  planted: readonly PlantedEvent[],
): void {
  tallies.absorption.countDay(watched.absorption, planted);
  tallies.largePrints.countDay(watched.largePrints, planted);
  tallies.sweeps.countDay(watched.sweeps, planted);
  tallies.pulls.countDay(watched.pulls, planted);
  tallies.breakouts.countDay(watched.breakouts, planted);
  tallies.trends.countDay(watched.trends, planted);
  tallies.halts.countDay(
    watched.halts.map(({ from }) => ({
      ts: from,
      side: null,
      price: null,
      size: null,
      isByRule: true,
    })),
    planted,
  );
  for (const { analyzer, isFound } of watched.rules) {
    if (analyzer in tallies) tallies[analyzer as keyof typeof tallies].countRule(isFound);
  }
}

/** The engine holds the venue for halted from the halt to the resumption, and at no other time. */
function checkHalts(
  violations: Violations,
  tally: Tally,
  { halts }: WatchedDay,
  planted: readonly PlantedEvent[],
): void {
  const truth = planted.filter(({ kind }) => kind === 'halt');
  violations.expectEqual('halts of the day', halts.length, truth.length);
  truth.forEach(({ start, end }, n) => {
    const { from, to } = halts[n] ?? { from: 0, to: 0 };
    const isRight =
      from >= start && from - start <= HALT_SLACK_NS && to <= end && end - to <= HALT_SLACK_NS;
    tally.countRule(isRight);
    if (!isRight) violations.note(`a halt from ${start} to ${end} was seen from ${from} to ${to}`);
  });
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}
