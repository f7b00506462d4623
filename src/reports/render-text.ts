import type { RoundTrip, RunResult } from '../domain/run.ts';
import type { RunStats } from '../domain/run-stats.ts';
import { ASSUMPTIONS_HEADING, assumptionCellsOf, assumptionVerdictOf } from './assumptions.ts';
import { type SampledCurve, sampleCurve } from './equity-curve.ts';
import { drawdownsOf } from './equity-statistics.ts';
import { formatMoney } from './figures.ts';
import { type FigureGroup, figureGroupsOf, titleOf, warningsOf } from './summary.ts';

const WIDTH = 80;
const COLUMN = 38;
const CURVE_WIDTH = 66;
const CURVE_HEIGHT = 8;
/** More trades than this are shown from the first and the last. */
const LISTED_TRADES = 40;

/** The report for a terminal of 80 columns, without colors. */
export function renderText(result: RunResult, stats: RunStats): string {
  const [first, second, third, fourth, fifth, sixth] = figureGroupsOf(result, stats);
  const curve = sampleCurve(result.equity, drawdownsOf(result.equity), CURVE_WIDTH);
  const lines = [
    ...warningBox(warningsOf(result)),
    ...title(result),
    '',
    ...sideBySide(first, second),
    '',
    ...sideBySide(third, fourth),
    '',
    ...sideBySide(fifth, sixth),
    ...(curve === undefined ? [] : ['', ...drawCurve(curve)]),
    ...assumptionLines(result),
    ...exitReasonLines(stats),
    ...tradeLines(result.trades),
    '',
    `run      ${result.run.id}    seed ${result.run.seed}`,
    `config   ${result.run.configSha256}`,
    `data     ${result.run.dataSha256}`,
    `journal  ${result.journalSha256}`,
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function warningBox(warnings: readonly string[]): string[] {
  if (warnings.length === 0) return [];
  const rows = warnings.flatMap((warning) => wrap(warning, WIDTH - 6));
  return [
    `┏${'━'.repeat(WIDTH - 2)}┓`,
    ...rows.map((row) => `┃ ! ${row.padEnd(WIDTH - 6)} ┃`),
    `┗${'━'.repeat(WIDTH - 2)}┛`,
    '',
  ];
}

function title(result: RunResult): string[] {
  const left = titleOf(result);
  const right = `net ${formatMoney(result.account.netPl)} $`;
  return [`${left}${right.padStart(WIDTH - left.length)}`, '═'.repeat(WIDTH)];
}

function sideBySide(left: FigureGroup | undefined, right: FigureGroup | undefined): string[] {
  const [a, b] = [linesOf(left), linesOf(right)];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, row) => {
    return `${(a[row] ?? '').padEnd(COLUMN)}    ${b[row] ?? ''}`;
  });
}

function linesOf(group: FigureGroup | undefined): string[] {
  if (group === undefined) return [];
  return [
    heading(group.heading, COLUMN),
    ...group.figures.map(([label, value]) => {
      const name =
        label.length + value.length + 3 > COLUMN
          ? `${label.slice(0, COLUMN - value.length - 4)}…`
          : label;
      return `${name} ${dots(COLUMN - name.length - value.length - 2)} ${value}`;
    }),
  ];
}

function heading(text: string, width: number): string {
  return `── ${text} ${'─'.repeat(Math.max(0, width - text.length - 4))}`;
}

/** A dotted leader that lines up from row to row. */
function dots(length: number): string {
  return length < 3 ? ' '.repeat(Math.max(0, length)) : '·'.repeat(length);
}

function drawCurve(curve: SampledCurve): string[] {
  const { equity, low, high } = curve;
  const span = high - low;
  const blocks = ' ▁▂▃▄▅▆▇█';
  // eighths of a row, so that eight rows show sixty-four steps
  const heights = equity.map((value) =>
    span === 0 ? 1 : Math.round(((value - low) / span) * (CURVE_HEIGHT * 8 - 1)) + 1,
  );
  const labelWidth = WIDTH - CURVE_WIDTH - 2;
  const rows = Array.from({ length: span === 0 ? 1 : CURVE_HEIGHT }, (_, fromTop) => {
    const below = ((span === 0 ? 1 : CURVE_HEIGHT) - 1 - fromTop) * 8;
    const label = fromTop === 0 ? formatMoney(high) : below === 0 ? formatMoney(low) : '';
    const cells = heights
      .map((height) => blocks[Math.max(0, Math.min(8, height - below))] ?? ' ')
      .join('');
    return `${label.padStart(labelWidth)} │${cells}`;
  });
  return [heading('Equity', WIDTH), ...rows];
}

function assumptionLines(result: RunResult): string[] {
  const rows = assumptionCellsOf(result);
  if (rows.length === 0) return [];
  return [
    '',
    heading(ASSUMPTIONS_HEADING, WIDTH),
    `${'net'.padStart(67)}${'trades'.padStart(7)}${'left'.padStart(6)}`,
    ...rows.map(([name = '', meaning = '', net = '', trades = '', left = '']) =>
      [
        name.padEnd(17),
        meaning.slice(0, 36).padEnd(36),
        net.padStart(14),
        trades.padStart(7),
        left.padStart(6),
      ].join(''),
    ),
    ...wrap(assumptionVerdictOf(result), WIDTH),
  ];
}

function exitReasonLines(stats: RunStats): string[] {
  const reasons = Object.entries(stats.exitReasons);
  if (reasons.length === 0) return [];
  return [
    '',
    heading('Exits', WIDTH),
    ...reasons.map(
      ([reason, { trades, netPl }]) =>
        `${reason.padEnd(14)}${String(trades).padStart(6)}${formatMoney(netPl).padStart(16)}`,
    ),
  ];
}

function tradeLines(trades: readonly RoundTrip[]): string[] {
  if (trades.length === 0) return [];
  const half = LISTED_TRADES / 2;
  const shown =
    trades.length > LISTED_TRADES ? [...trades.slice(0, half), ...trades.slice(-half)] : trades;
  const rows = shown.map(tradeLine);
  if (shown.length < trades.length)
    rows.splice(half, 0, `   … ${trades.length - shown.length} more …`);
  return [
    '',
    heading('Trades (times in UTC)', WIDTH),
    'entry     side     qty      entry       exit reason            gross         net',
    ...rows,
  ];
}

function tradeLine(trade: RoundTrip): string {
  return [
    trade.entryTs.slice(11, 19).padEnd(10),
    trade.side.padEnd(5),
    String(trade.quantity).padStart(7),
    trade.entryPrice.padStart(11),
    trade.exitPrice.padStart(11),
    ' ',
    trade.exitReason.padEnd(11),
    fittedMoney(trade.grossPl, 12),
    fittedMoney(trade.netPl, 12),
  ].join('');
}

/** Without cents where they would touch the column before. */
function fittedMoney(dollars: number, width: number): string {
  const text = formatMoney(dollars);
  return (text.length < width ? text : text.slice(0, -3)).padStart(width);
}

function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(/\s+/)) {
    if (row !== '' && row.length + 1 + word.length > width) {
      rows.push(row);
      row = word;
    } else {
      row = row === '' ? word : `${row} ${word}`;
    }
    while (row.length > width) {
      rows.push(row.slice(0, width));
      row = row.slice(width);
    }
  }
  return row === '' ? rows : [...rows, row];
}
