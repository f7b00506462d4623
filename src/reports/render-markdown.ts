import type { RunResult } from '../domain/run.ts';
import type { RunStats } from '../domain/run-stats.ts';
import {
  ASSUMPTION_COLUMNS,
  ASSUMPTIONS_HEADING,
  assumptionCellsOf,
  assumptionVerdictOf,
} from './assumptions.ts';
import {
  exitCellsOf,
  figureGroupsOf,
  TRADE_COLUMNS,
  titleOf,
  tradeCellsOf,
  warningsOf,
} from './summary.ts';

/** The report as Markdown with tables (GitHub's dialect). */
export function renderMarkdown(result: RunResult, stats: RunStats): string {
  const { run, journalSha256 } = result;
  const blocks = [
    `# ${escaped(titleOf(result))}`,
    ...warningsOf(result).map((warning) => `> **Warning:** ${escaped(warning)}`),
    ...figureGroupsOf(result, stats).map(({ heading, figures }) =>
      [`## ${heading}`, '', ...table(['', ''], figures, [false, true])].join('\n'),
    ),
    ...assumptionBlock(result),
    ...exitBlock(stats),
    ...tradeBlock(result),
    [
      '## Identity',
      '',
      ...table(
        ['', ''],
        [
          ['Run', run.id],
          ['Seed', String(run.seed)],
          ['Configuration', run.configSha256],
          ['Data', run.dataSha256],
          ['Journal', journalSha256],
        ],
        [false, false],
      ),
    ].join('\n'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function assumptionBlock(result: RunResult): string[] {
  const rows = assumptionCellsOf(result);
  if (rows.length === 0) return [];
  return [
    [
      `## ${ASSUMPTIONS_HEADING}`,
      '',
      ...table(ASSUMPTION_COLUMNS, rows, [false, false, true, true, true]),
      '',
      escaped(assumptionVerdictOf(result)),
    ].join('\n'),
  ];
}

function exitBlock(stats: RunStats): string[] {
  const rows = exitCellsOf(stats);
  if (rows.length === 0) return [];
  return [
    ['## Exits', '', ...table(['reason', 'trades', 'net'], rows, [false, true, true])].join('\n'),
  ];
}

function tradeBlock({ trades }: RunResult): string[] {
  if (trades.length === 0) return [];
  const rows = trades.map((trade) => [trade.entryTs, ...tradeCellsOf(trade)]);
  const columns = ['entry (UTC)', ...TRADE_COLUMNS];
  const isRight = columns.map((_, index) => ![0, 1, 5].includes(index));
  return [['## Trades', '', ...table(columns, rows, isRight)].join('\n')];
}

function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  isRight: readonly boolean[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [
    line(columns),
    `| ${isRight.map((right) => (right ? '---:' : '---')).join(' | ')} |`,
    ...rows.map(line),
  ];
}

function escaped(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
}
