/**
 * The settings that the engine runs on: their shape, not their values. Defaults, files and precedence live in config/,
 * whose schema yields exactly these types. Times are milliseconds or seconds of market time, as the name says.
 */

/** Thresholds of the seven analyzers; defaults and meanings: the public specification "market state". */
export interface AnalyzerSettings {
  readonly book: {
    readonly imbalanceLevels: number;
    readonly wallLevels: number;
    readonly wallMinSize: number;
    readonly wallMinorRatio: number;
    readonly wallMajorRatio: number;
    readonly stackLevels: number;
    readonly flowWindowSecs: number;
  };
  readonly tape: {
    readonly windowSecs: number;
    readonly mediumTps: number;
    readonly highTps: number;
    readonly sentimentShare: number;
    readonly sentimentMinTrades: number;
    readonly largePrintSize: number;
    readonly largePrintWindowSecs: number;
    readonly largePrintCount: number;
  };
  readonly footprint: {
    readonly imbalanceRatio: number;
    readonly imbalanceMinSize: number;
    readonly imbalanceCount: number;
  };
  readonly cvd: { readonly slopeBars: number; readonly trendSlope: number };
  readonly volumeProfile: { readonly valueAreaShare: number; readonly developingMins: number };
  readonly absorption: {
    readonly windowSecs: number;
    readonly minAgeSecs: number;
    readonly minVolume: number;
    readonly levelMultiple: number;
    readonly volumeShare: number;
    readonly maxShrinkShare: number;
    readonly tolerancePct: number;
    readonly lastsSecs: number;
  };
  readonly metrics: {
    readonly testingPct: number;
    readonly nearPct: number;
    readonly breakoutSecs: number;
    readonly breakoutStoodSecs: number;
    /** Average daily volume in shares, where it is known; RVOL_DAY then rests on the shipped intraday curve. */
    readonly averageDailyVolume: number | null;
    /** The curve's name in config/curves. */
    readonly intradayCurve: string;
    readonly rvolSessions: number;
    readonly rvolMinSessions: number;
  };
}

export interface RiskSettings {
  readonly enabled: boolean;
  readonly dailyLossUsd: number;
  readonly dailyTrades: number;
  readonly maxPosition: number;
  readonly maxNotionalUsd: number;
  readonly ordersPerSecond: number;
  readonly ordersPerSession: number;
  readonly maxSpreadOpenDrive: number;
  readonly maxSpread: number;
  readonly staleSecs: number;
  readonly priceCollarPct: number;
  readonly noEntryLastMins: number;
  /** `HH:MM` of the exchange's clock; on half days as long before the close as on a full day. */
  readonly flattenAt: string;
}

export interface ExecutionSettings {
  readonly entryTimeoutSecs: number;
  readonly queueModel: 'risk-averse' | 'pro-rata';
  readonly stopTrigger: 'last' | 'quote';
  readonly commission: 'ibkr-fixed' | 'ibkr-tiered' | 'none';
}

export interface LatencySettings {
  readonly orderMs: number;
  readonly reportMs: number;
  readonly model: 'constant' | 'lognormal';
  /** Standard deviation of the logarithm, of the lognormal model; the medians are orderMs and reportMs. */
  readonly sigma: number;
}

/** A checklist: config/profiles/NAME.json. Distances in dollars, shares of LAST in percent. */
export interface ProfileSettings {
  readonly name: string;
  readonly kind: 'momentum' | 'breakout';
  readonly longImbalance: number;
  readonly shortImbalance: number;
  readonly heldSnapshots: number;
  readonly minStop: number;
  readonly maxStop: number;
  readonly maxTarget: number;
  readonly rewardRisk: number;
  readonly minRvol: number;
  readonly wallClearancePct: number;
  readonly chasePct: number;
  readonly exitLongImbalance: number;
  readonly exitShortImbalance: number;
  readonly maxHoldSecs: number;
  /** The most that the spread may be, where it is tighter than the risk settings' limits; `null` keeps those. */
  readonly maxSpread: number | null;
}

export interface BrainSettings {
  readonly provider: 'rules' | 'script' | 'grok' | 'openai' | 'ollama' | 'compatible' | 'replay';
  readonly model: string | null;
  /** A file of config/prompts, without its ending; `null`: that of the profile's kind. */
  readonly prompt: string | null;
  /** Where the provider answers, with its version; `null`: the provider's own address. */
  readonly baseUrl: string | null;
  readonly api: 'chat' | 'responses';
  readonly answers: 'tools' | 'language';
  readonly stream: boolean;
  readonly reasoningEffort: string | null;
  readonly maxOutputTokens: number;
  readonly size: number;
  readonly gate: number;
  readonly intervalMs: number;
  readonly deadlineMs: number;
  /** How often a question is sent again at most. */
  readonly retries: number;
  /** Failures in a row that open the circuit breaker; 0: never. */
  readonly breakerFailures: number;
  /** Market time between tries while it is open, s. */
  readonly breakerSecs: number;
  /** What a session, an hour of market time and a run may cost, $; `null`: anything. */
  readonly budgetUsd: number | null;
  readonly budgetHourUsd: number | null;
  readonly budgetRunUsd: number | null;
  /** The rule exits run beside the model. */
  readonly guard: boolean;
  /** Who decides while the circuit breaker is open. */
  readonly fallback: 'wait' | 'rules';
  /** Latency charged to a decision, ms; `null`: what was measured (rules: 0). */
  readonly decisionLatencyMs: number | null;
  readonly staleSecs: number;
  readonly staleMove: number;
}

/** Gate 1's figures, in dollars where not said otherwise. */
export interface ValidationSettings {
  readonly minStop: number;
  readonly maxStop: number;
  readonly minRewardRisk: number;
  readonly maxBeyondTouch: number;
  readonly maxBehindTouch: number;
}

export interface AccountSettings {
  readonly startEquityUsd: number;
  readonly buyingPowerMultiple: number;
}

/** Everything a run of the engine rests on, resolved and frozen; its SHA-256 is in the run's header. */
export interface EngineSettings {
  readonly seed: number;
  readonly engine: {
    readonly snapshotMs: number;
    /** Whether other fill assumptions are followed beside the run. */
    readonly assumptions: boolean;
  };
  readonly analyzers: AnalyzerSettings;
  readonly brain: BrainSettings;
  readonly validation: ValidationSettings;
  readonly profile: ProfileSettings;
  readonly risk: RiskSettings;
  readonly execution: ExecutionSettings;
  readonly latency: LatencySettings;
  readonly account: AccountSettings;
}
