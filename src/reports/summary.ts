import type { RoundTrip, RunResult } from '../domain/run.ts';
import type { RunStats } from '../domain/run-stats.ts';
import {
  formatCount,
  formatDuration,
  formatMoney,
  formatPercent,
  formatRatio,
  UNKNOWN,
} from './figures.ts';

/** A named figure as every rendering shows it. */
export type Figure = readonly [label: string, value: string];

/** A block of figures under a heading. */
export interface FigureGroup {
  readonly heading: string;
  readonly figures: readonly Figure[];
}

/** The figures that the text, Markdown and HTML reports share, in their order. */
export function figureGroupsOf(result: RunResult, stats: RunStats): readonly FigureGroup[] {
  const { account, decisions, events } = result;
  return [
    {
      heading: 'Result',
      figures: [
        ['Gross P&L', formatMoney(stats.grossPl)],
        ['Commission', formatMoney(-stats.commission)],
        ['Net P&L', formatMoney(stats.netPl)],
        ['Unrealized', formatMoney(stats.unrealizedPl)],
        ['Slippage (in gross)', formatMoney(-stats.slippage)],
        ['Start equity', formatMoney(account.startEquity).replace('+', '')],
        ['End equity', formatMoney(account.endEquity).replace('+', '')],
        ['Position left', formatCount(account.position)],
      ],
    },
    {
      heading: 'Trades',
      figures: [
        ['Round trips', formatCount(stats.trades)],
        ['Won / lost / even', `${stats.wins} / ${stats.losses} / ${stats.scratches}`],
        ['Long / short', `${stats.longs} / ${stats.shorts}`],
        ['Win rate', formatPercent(stats.winRate)],
        ['Profit factor', formatRatio(stats.profitFactor)],
        ['Trades an hour', formatRatio(stats.tradesPerHour)],
        ['Average hold', formatDuration(stats.averageHoldSecs)],
        ['Longest losing streak', formatCount(stats.longestLosingStreak)],
      ],
    },
    {
      heading: 'Per trade',
      figures: [
        ['Expectancy', formatMoney(stats.expectancy)],
        ['Average win', formatMoney(stats.averageWin)],
        ['Average loss', formatMoney(stats.averageLoss)],
        ['Largest win', formatMoney(stats.largestWin)],
        ['Largest loss', formatMoney(stats.largestLoss)],
        ['Average MAE', formatMoney(stats.averageMae)],
        ['Average MFE', formatMoney(stats.averageMfe)],
      ],
    },
    {
      heading: 'Risk',
      figures: [
        ['Maximum drawdown', formatMoney(stats.maxDrawdown)],
        ['Drawdown lasted', formatDuration(stats.maxDrawdownSecs)],
        ['Sharpe a trade', formatRatio(stats.sharpePerTrade)],
        ['Sharpe a minute', formatRatio(stats.sharpePerMinute)],
      ],
    },
    {
      heading: 'Decisions',
      figures: [
        ['Asked', formatCount(decisions.asked)],
        ...byCount(decisions.byTool),
        ...byCount(decisions.denied, 'denied '),
        ['Model cost', decisions.costUsd === null ? UNKNOWN : `${decisions.costUsd.toFixed(4)} $`],
      ],
    },
    {
      heading: 'Run',
      figures: [
        ['Events', formatCount(events.count)],
        ['Events a second', formatCount(events.perSecond)],
        ['Market time', formatDuration(result.spanNs / 1e9)],
        ['Wall time', formatDuration(events.wallMs / 1000)],
      ],
    },
  ];
}

/** One line that says which run it is. */
export function titleOf({ run }: RunResult): string {
  return `${run.symbol} · ${run.session} · ${run.mode}`;
}

/** Why a person should read the figures with care, the halt first. */
export function warningsOf({ halted, warnings }: RunResult): readonly string[] {
  return halted === null ? warnings : [`Trading was halted: ${halted}`, ...warnings];
}

function byCount(counts: Readonly<Record<string, number>>, prefix = ''): Figure[] {
  return Object.entries(counts)
    .sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1))
    .map(([name, value]) => [prefix + name, formatCount(value)]);
}

/** Heads of a trade's cells in Markdown and HTML; times come before them. */
export const TRADE_COLUMNS = [
  'side',
  'quantity',
  'entry',
  'exit',
  'reason',
  'gross',
  'commission',
  'net',
  'MAE',
  'MFE',
] as const;

/** A trade's cells under `TRADE_COLUMNS`. */
export function tradeCellsOf(trade: RoundTrip): readonly string[] {
  return [
    trade.side,
    String(trade.quantity),
    trade.entryPrice,
    trade.exitPrice,
    trade.exitReason,
    formatMoney(trade.grossPl),
    formatMoney(-trade.commission),
    formatMoney(trade.netPl),
    formatMoney(trade.mae),
    formatMoney(trade.mfe),
  ];
}

/** Reason, trades and net result of each kind of exit. */
export function exitCellsOf({ exitReasons }: RunStats): readonly (readonly string[])[] {
  return Object.entries(exitReasons).map(([reason, { trades, netPl }]) => [
    reason,
    String(trades),
    formatMoney(netPl),
  ]);
}
