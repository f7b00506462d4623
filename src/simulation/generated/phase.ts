import type { Random } from '../../domain/random.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import { FAKEOUT_FALL, type Stretch } from './scenario.ts';

/** A span in which the flow's parameters stand still. */
export interface Phase {
  readonly from: SessionTime;
  readonly to: SessionTime;
  /** Events a second, against a quiet market's 1. */
  readonly pace: number;
  /** Share of the messages that are aggressive orders. */
  readonly tradeShare: number;
  /** Share of those that buy. */
  readonly buyShare: number;
  /** Logarithm of the size on the best bids over that on the best asks. */
  readonly lean: number;
  /** Standard deviation of the fair value about its path, in ticks. */
  readonly noiseTicks: number;
  /** Factor on the profile's distance of the quotes from the fair value. */
  readonly halfSpread: number;
  /** Where the path is at the phase's end, in ticks from `base`. */
  readonly offset: number;
  /** What the offset counts from: the path, or the session's extreme trade, at the beginning of the stretch. */
  readonly base: 'path' | 'high' | 'low';
  readonly startsStretch: boolean;
  /** +1: large resting bids are placed below the market; -1: asks above it; 0: either, seldom. */
  readonly wallSide: number;
  /** +1: the best bid at the phase's start takes all that is sold; -1: the best ask; 0: neither. */
  readonly absorber: number;
  /** Levels that one order takes at the phase's start, negative when it sells. */
  readonly sweepLevels: number;
}

const CALM: Omit<Phase, 'from' | 'to'> = {
  pace: 1,
  tradeShare: 0.0073,
  buyShare: 0.5,
  lean: 0,
  noiseTicks: 3.5,
  halfSpread: 1,
  offset: 0,
  base: 'path',
  startsStretch: true,
  wallSide: 0,
  absorber: 0,
  sweepLevels: 0,
};

/** The book is built and little is traded. */
const BEFORE_OPEN: Omit<Phase, 'from' | 'to'> = { ...CALM, tradeShare: 0.004, noiseTicks: 2 };

/** One side presses: fast, one-sided, with a book that leans its way. */
function driven(direction: number): Omit<Phase, 'from' | 'to'> {
  return {
    ...CALM,
    pace: 6,
    tradeShare: 0.017,
    buyShare: 0.5 + direction * 0.28,
    lean: direction * 0.8,
    noiseTicks: 2.6,
    halfSpread: 0.6,
    wallSide: direction,
  };
}

/**
 * Lays the stretches out in phases, from the first order of the morning to the session's end.
 *
 * @param drive How much they differ from calm: 1 in full, 0 not at all.
 */
export function phasesOf(
  stretches: readonly Stretch[],
  begin: SessionTime,
  open: SessionTime,
  random: Random,
  drive = 1,
): Phase[] {
  const phases: Phase[] = [{ ...BEFORE_OPEN, from: begin, to: open }];
  for (const stretch of stretches) phases.push(...phasesOfStretch(stretch, random));
  return drive === 1 ? phases : phases.map((phase) => softened(phase, drive));
}

function softened(phase: Phase, drive: number): Phase {
  const between = (calm: number, driven: number): number => calm + (driven - calm) * drive;
  return {
    ...phase,
    pace: between(CALM.pace, phase.pace),
    tradeShare: between(CALM.tradeShare, phase.tradeShare),
    buyShare: between(CALM.buyShare, phase.buyShare),
    lean: between(CALM.lean, phase.lean),
    noiseTicks: between(CALM.noiseTicks, phase.noiseTicks),
    halfSpread: between(CALM.halfSpread, phase.halfSpread),
    offset: phase.offset * drive,
  };
}

function phasesOfStretch(stretch: Stretch, random: Random): Phase[] {
  const { from, to, ticks } = stretch;
  switch (stretch.kind) {
    case 'quiet':
      return [{ ...CALM, from, to, offset: ticks }];
    case 'trend-up':
      return trend(stretch, 1, random);
    case 'trend-down':
      return trend(stretch, -1, random);
    case 'breakout':
      return [{ ...driven(1), from, to, offset: ticks, base: 'high' }];
    case 'breakdown':
      return [{ ...driven(-1), from, to, offset: -ticks, base: 'low' }];
    case 'absorption-bid':
      return [absorption(stretch, 1)];
    case 'absorption-ask':
      return [absorption(stretch, -1)];
    case 'fakeout-up':
      return fakeout(stretch, 1);
    case 'fakeout-down':
      return fakeout(stretch, -1);
    case 'sweep-up':
      return [{ ...CALM, from, to, pace: 2, offset: ticks, sweepLevels: ticks }];
    case 'sweep-down':
      return [{ ...CALM, from, to, pace: 2, offset: -ticks, sweepLevels: -ticks }];
  }
}

/** Thrusts with pauses between them, in which a little is given back. */
function trend(stretch: Stretch, direction: number, random: Random): Phase[] {
  const spans: { to: SessionTime; thrust: boolean }[] = [];
  let at = stretch.from;
  let thrust = true;
  let thrustNs = 0;
  while (at < stretch.to) {
    const seconds = thrust ? 26 + random.below(24) : 8 + random.below(8);
    const to = Math.min(stretch.to, at + seconds * NS_PER_SECOND);
    spans.push({ to, thrust });
    if (thrust) thrustNs += to - at;
    at = to;
    thrust = !thrust;
  }
  const drive = driven(direction);
  const late = stretch.from + (stretch.to - stretch.from) * 0.62;
  const pause = {
    ...drive,
    pace: 2,
    tradeShare: 0.01,
    buyShare: 0.5 + direction * 0.03,
    lean: direction * 0.2,
  };
  let from = stretch.from;
  let done = 0;
  return spans.map((span) => {
    if (span.thrust) done += span.to - from;
    const reached = (direction * (stretch.ticks * done)) / thrustNs;
    const phase: Phase = {
      ...(span.thrust ? drive : pause),
      from,
      to: span.to,
      offset: span.thrust ? reached : reached - direction * 3,
      startsStretch: from === stretch.from,
      // towards the end somebody stands in the way
      wallSide: from < late ? direction : -direction,
    };
    from = span.to;
    return phase;
  });
}

/** Pressed one way, then turned over by one large order: those who followed are caught. */
function fakeout(stretch: Stretch, direction: number): Phase[] {
  const turn = stretch.from + Math.floor((stretch.to - stretch.from) * 0.55);
  const rise = { ...driven(direction), noiseTicks: 1.2, from: stretch.from, to: turn };
  const fall = { ...driven(-direction), from: turn, to: stretch.to, startsStretch: false };
  return [
    { ...rise, offset: direction * stretch.ticks },
    { ...fall, offset: -direction * FAKEOUT_FALL, sweepLevels: -direction * 14 },
  ];
}

/** The aggressors press towards the level, which stands; the rest of the book does not lean. */
function absorption(stretch: Stretch, side: number): Phase {
  return {
    ...driven(-side),
    from: stretch.from,
    to: stretch.to,
    pace: 5,
    buyShare: 0.5 - side * 0.34,
    lean: 0,
    noiseTicks: 0.5,
    halfSpread: 0.7,
    offset: 0,
    wallSide: 0,
    absorber: side,
  };
}
