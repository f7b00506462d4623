import type { AnalyzerSettings } from '../../src/domain/settings.ts';

/** The defaults of the public specification "market state", typed off from it and not from config/. */
export const SPEC_ANALYZERS: AnalyzerSettings = {
  book: {
    imbalanceLevels: 5,
    wallLevels: 20,
    wallMinSize: 300,
    wallMinorRatio: 3,
    wallMajorRatio: 5,
    stackLevels: 3,
    flowWindowSecs: 10,
  },
  tape: {
    windowSecs: 5,
    mediumTps: 10,
    highTps: 30,
    sentimentShare: 0.65,
    sentimentMinTrades: 5,
    largePrintSize: 300,
    largePrintWindowSecs: 60,
    largePrintCount: 10,
  },
  footprint: { imbalanceRatio: 3, imbalanceMinSize: 50, imbalanceCount: 5 },
  cvd: { slopeBars: 5, trendSlope: 0.15 },
  volumeProfile: { valueAreaShare: 0.7, developingMins: 15 },
  absorption: {
    windowSecs: 10,
    minAgeSecs: 1,
    minVolume: 1000,
    levelMultiple: 5,
    volumeShare: 0.5,
    maxShrinkShare: 0.5,
    tolerancePct: 0.02,
    lastsSecs: 30,
  },
  metrics: {
    testingPct: 0.15,
    nearPct: 0.4,
    breakoutSecs: 5,
    breakoutStoodSecs: 60,
    averageDailyVolume: null,
    intradayCurve: 'us-equities-intraday',
    rvolSessions: 30,
    rvolMinSessions: 5,
  },
};
