/** What kind of stock a generated market is. Lengths in ticks, sizes in shares. */
export interface MarketProfile {
  readonly name: string;
  /** Records of a whole day, from 04:00 New York time to the close. */
  readonly events: number;
  readonly startPriceNanos: number;
  readonly tickNanos: number;
  /** Sizes at equally likely quantiles, smallest first, of a resting order and of an aggressive one. */
  readonly orderSizes: readonly number[];
  readonly aggressorSizes: readonly number[];
  /** And of a print against an order that nobody sees. */
  readonly hiddenSizes: readonly number[];
  /** Where a new order is put, seen from its side's best price. */
  readonly placement: {
    /** Share that goes into the spread, and by how much at most, as a share of it. */
    readonly insideShare: number;
    /** Share that joins the best price itself. */
    readonly joinShare: number;
    /** Share at most `nearMean` ticks behind on average, falling off exponentially; the first tick is the touch. */
    readonly nearShare: number;
    readonly nearMean: number;
    /** Share evenly spread up to `midReach` ticks behind; of the rest one in ten is far out. */
    readonly midShare: number;
    readonly midReach: number;
  };
  /** Shares that a level is filled up to: at the touch, some levels on, and far from it. */
  readonly depth: { readonly touch: number; readonly near: number; readonly far: number };
  /** Every tick near the touch holds orders, and levels that are thin are not left. */
  readonly isDense: boolean;
  /** Orders that live at once. */
  readonly liveOrders: number;
  /** Mean half spread, standard deviation of its logarithm, and how far off a quote may be before it is moved. */
  readonly spread: { readonly half: number; readonly sigma: number; readonly slack: number };
  /** Share of the messages that may move a quote to where it belongs. */
  readonly followShare: number;
  /** How much the scenario's stretches differ from calm: 1 as they are, 0 not at all. */
  readonly drive: number;
  /** Walls of large orders are put up. */
  readonly hasWalls: boolean;
  /** Free movement of the fair value: ticks by the square root of a second, and the noise about it. */
  readonly wanderTicks: number;
  readonly noiseFactor: number;
  /** How calm and lively times differ: standard deviation of the logarithm of volatility, and of the pace. */
  readonly clustering: { readonly volatility: number; readonly pace: number };
  /**
   * Time between messages: runs of quick gaps, log-normal, between slow ones. Share of quick gaps, how likely the next is
   * quick after a quick one, median (ns) and sigma; 0 for even draws from 1.5 to 40 µs.
   */
  readonly gaps: {
    readonly quickShare: number;
    readonly quickAgain: number;
    readonly quickMedianNs: number;
    readonly quickSigma: number;
  };
  /** Orders that came after a canceled one: median, and standard deviation of the logarithm. */
  readonly cancelAge: { readonly median: number; readonly sigma: number };
  /** Share of cancels that leave a part, and that are followed by a new order at once. */
  readonly partShare: number;
  readonly replaceShare: number;
  /** Aggressive orders among the messages, against the TSLA-like stock's; share of them right after another one. */
  readonly tradeFactor: number;
  readonly tradeAgain: number;
  /** Share of aggressive orders that take the side of one lately. */
  readonly signMemory: number;
  readonly hiddenShare: number;
  /** Share of aggressive orders that go beyond the best price, and how far. */
  readonly walkShare: number;
  readonly walkTicks: number;
  /** Activity of the first and of the last minutes, against noon's 0.7. */
  readonly dayCurve: { readonly open: number; readonly close: number };
}

/** A TSLA-like stock's busy day: about 10 million events, 47 % adds, 47 % cancels, 3 % trades, 2 % fills. */
const TSLA: MarketProfile = {
  name: 'tsla',
  events: 10_000_000,
  startPriceNanos: 250_000_000_000,
  tickNanos: 10_000_000,
  orderSizes: [
    1, 1, 2, 3, 4, 5, 5, 6, 8, 10, 10, 10, 12, 15, 16, 20, 20, 20, 22, 25, 25, 27, 30, 34, 40, 40,
    48, 50, 50, 55, 60, 70, 75, 80, 95, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100,
    100, 100, 100, 100, 100, 100, 100, 110, 130, 150, 200, 200, 200, 250, 300, 400, 500,
  ],
  aggressorSizes: [
    1, 1, 2, 2, 3, 4, 5, 5, 6, 8, 10, 10, 12, 15, 18, 20, 20, 24, 25, 28, 30, 36, 40, 45, 50, 50,
    60, 70, 80, 90, 95, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100,
    100, 100, 110, 125, 150, 180, 200, 200, 200, 240, 300, 300, 350, 400, 500, 600, 800, 1000,
  ],
  hiddenSizes: [
    1, 2, 3, 4, 5, 8, 10, 15, 20, 25, 30, 40, 50, 60, 75, 90, 100, 100, 100, 100, 100, 100, 100,
    100, 100, 120, 160, 200, 200, 300, 400, 600,
  ],
  placement: {
    insideShare: 0,
    joinShare: 0,
    nearShare: 0.6,
    nearMean: 7,
    midShare: 0.28,
    midReach: 80,
  },
  depth: { touch: 130, near: 250, far: 220 },
  isDense: true,
  liveOrders: 12_000,
  spread: { half: 0.6, sigma: 0.25, slack: 0 },
  followShare: 0.6,
  drive: 0.7,
  hasWalls: true,
  wanderTicks: 2.7,
  noiseFactor: 1,
  clustering: { volatility: 0.6, pace: 0.4 },
  gaps: { quickShare: 0.6, quickAgain: 0.7, quickMedianNs: 0, quickSigma: 0 },
  cancelAge: { median: 60, sigma: 2.4 },
  partShare: 0.04,
  replaceShare: 0.1,
  tradeFactor: 1.25,
  tradeAgain: 0.2,
  signMemory: 0.5,
  hiddenShare: 0.42,
  walkShare: 0.15,
  walkTicks: 2,
  dayCurve: { open: 1.2, close: 1 },
};

/** Fitted to LOBSTER's GOOG of 2012-06-21: a slow stock with a wide spread and a thin book. */
const GOOG_2012: MarketProfile = {
  ...TSLA,
  name: 'goog-2012',
  events: 225_000,
  startPriceNanos: 577_000_000_000,
  orderSizes: [
    3, 4, 5, 5, 7, 8, 8, 9, 9, 10, 10, 10, 10, 10, 10, 11, 11, 11, 12, 12, 13, 14, 16, 50, 100, 100,
    100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100,
    100, 100, 100, 100, 200,
  ],
  aggressorSizes: [
    1, 2, 3, 4, 6, 9, 12, 20, 25, 35, 50, 70, 90, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100,
    100, 100, 100, 100, 110, 130, 180, 200, 200, 200, 200, 250, 300, 300, 400, 500, 600,
  ],
  hiddenSizes: [
    1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 7, 9, 10, 20, 25, 30, 40, 50, 80, 100, 100, 100, 100, 100, 100,
    100, 100, 100, 100, 150, 200, 300,
  ],
  placement: {
    insideShare: 0.04,
    joinShare: 0.15,
    nearShare: 0.56,
    nearMean: 18,
    midShare: 0.22,
    midReach: 60,
  },
  depth: { touch: 400, near: 100, far: 300 },
  isDense: false,
  liveOrders: 220,
  spread: { half: 15, sigma: 0.42, slack: 0.3 },
  followShare: 0.7,
  drive: 0.25,
  hasWalls: false,
  wanderTicks: 4.2,
  noiseFactor: 0.3,
  clustering: { volatility: 0.8, pace: 0.3 },
  gaps: { quickShare: 0.74, quickAgain: 0.95, quickMedianNs: 240_000, quickSigma: 2 },
  cancelAge: { median: 5, sigma: 1.9 },
  partShare: 0.05,
  tradeFactor: 5.2,
  tradeAgain: 0.4,
  signMemory: 0.8,
  hiddenShare: 0.47,
  walkShare: 0.4,
  walkTicks: 12,
  dayCurve: { open: 0.4, close: 1.6 },
};

/** Fitted to LOBSTER's AAPL of 2012-06-21, of which the best level is known: a lively stock with a wide spread. */
const AAPL_2012: MarketProfile = {
  ...GOOG_2012,
  name: 'aapl-2012',
  events: 420_000,
  startPriceNanos: 585_000_000_000,
  orderSizes: [
    2, 4, 6, 7, 8, 9, 10, 15, 18, 18, 18, 18, 18, 19, 24, 40, 56, 100, 100, 100, 100, 100, 100, 100,
    100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100,
    100, 100, 200, 200, 200, 200, 300,
  ],
  aggressorSizes: [
    2, 4, 8, 12, 20, 30, 45, 60, 80, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100,
    100, 100, 100, 100, 100, 110, 130, 160, 200, 200, 200, 200, 240, 300, 300, 400, 400, 500, 800,
  ],
  hiddenSizes: [
    1, 2, 3, 4, 6, 10, 14, 18, 20, 25, 30, 40, 50, 70, 89, 100, 100, 100, 100, 100, 100, 100, 100,
    100, 100, 100, 100, 120, 200, 200, 300, 500,
  ],
  cancelAge: { median: 7, sigma: 1.9 },
  spread: { half: 7.5, sigma: 0.4, slack: 0.3 },
  wanderTicks: 3.6,
  clustering: { volatility: 0.6, pace: 0.35 },
  partShare: 0.2,
  tradeFactor: 9,
  hiddenShare: 0.42,
  walkShare: 0.3,
  dayCurve: { open: 0.7, close: 1.9 },
};

/** Every profile there is. */
export const ALL_PROFILES: readonly MarketProfile[] = [TSLA, GOOG_2012, AAPL_2012];

/** @throws {RangeError} If there is none of that name. */
export function profileOf(name: string): MarketProfile {
  const found = ALL_PROFILES.find((profile) => profile.name === name);
  if (found === undefined)
    throw new RangeError(
      `there is no market profile ${name}; there are ${ALL_PROFILES.map((profile) => profile.name).join(', ')}`,
    );
  return found;
}

/** The profile with its free movement, and how it clusters, times `wander`. */
export function calmed(profile: MarketProfile, wander: number): MarketProfile {
  if (wander === 1) return profile;
  const { spread, wanderTicks, clustering } = profile;
  return {
    ...profile,
    wanderTicks: wanderTicks * wander,
    spread: { ...spread, sigma: spread.sigma * wander },
    clustering: {
      volatility: clustering.volatility * wander,
      pace: clustering.pace * wander,
    },
  };
}

/** A TSLA-like stock's busy day, where nothing else is asked for. */
export const TYPICAL_PROFILE: MarketProfile = TSLA;
