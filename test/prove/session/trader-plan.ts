import type { ResolvedConfig } from '../../../src/config/load-config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';

/** What a trader's process of the session proof is started with: its only argument, as JSON. */
export interface TraderPlan {
  readonly port: number;
  readonly logsFolder: string;
  readonly symbol: string;
  /** Seconds of market time in a second. */
  readonly speed: number;
}

/** Rules that enter whenever anything moves and leave soon, so that a short session has many trades; limits out of their way. */
const RESTLESS = [
  'brain.provider=rules',
  'profile.heldSnapshots=1',
  'profile.longImbalance=1.01',
  'profile.shortImbalance=0.99',
  'profile.minStop=0.1',
  'profile.maxStop=30',
  'profile.rewardRisk=0.2',
  'profile.maxHoldSecs=15',
  'validation.maxStop=30',
  'validation.minRewardRisk=0.2',
  'validation.maxBeyondTouch=1',
  'validation.maxBehindTouch=1',
  'tape.mediumTps=0.1',
  'tape.highTps=1',
  'tape.sentimentMinTrades=1',
  'tape.sentimentShare=0.51',
  'cvd.trendSlope=0.001',
  'risk.dailyTrades=100000',
  'risk.dailyLossUsd=1000000',
  'risk.maxSpread=5',
  'risk.maxSpreadOpenDrive=5',
  'risk.ordersPerSecond=100',
  'risk.ordersPerSession=100000',
];

/** The settings of the paper run, which the backtest beside it has to repeat. */
export function settingsOf({ port, logsFolder, symbol }: TraderPlan): ResolvedConfig {
  return loadConfig({
    workingFolder: logsFolder,
    environment: {},
    assignments: [
      ...RESTLESS,
      `symbol=${symbol}`,
      `paths.logs=${logsFolder}`,
      `paths.cache=${logsFolder}/cache`,
      `broker.paperPort=${port}`,
    ],
  });
}
