import type { RunResult } from '../domain/run.ts';
import type { RunStats } from '../domain/run-stats.ts';
import {
  ASSUMPTION_COLUMNS,
  ASSUMPTIONS_HEADING,
  assumptionCellsOf,
  assumptionVerdictOf,
} from './assumptions.ts';
import { sampleCurve } from './equity-curve.ts';
import { drawdownsOf } from './equity-statistics.ts';
import { formatMoney } from './figures.ts';
import {
  exitCellsOf,
  figureGroupsOf,
  TRADE_COLUMNS,
  titleOf,
  tradeCellsOf,
  warningsOf,
} from './summary.ts';

const WIDTH = 960;
const EQUITY_HEIGHT = 240;
const DRAWDOWN_HEIGHT = 90;
const MARGIN = 72;
const SAMPLES = 600;

const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#5c6670;--line:#d5dae0;--up:#0a7d4f;--down:#b3261e;--accent:#2457c5;--warn:#fff4d6}
@media(prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e6e9ed;--soft:#9aa4af;--line:#2f353c;--up:#4cc38a;--down:#f2746b;--accent:#7aa2ff;--warn:#3a2f10}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1040px;padding:2rem 1.25rem;background:var(--paper);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1rem;margin:1.75rem 0 .5rem;color:var(--soft);text-transform:uppercase;letter-spacing:.05em}
.net{font-size:2rem;font-weight:600;margin:0}.up{color:var(--up)}.down{color:var(--down)}
.warning{background:var(--warn);border:1px solid var(--line);border-radius:6px;padding:.6rem .9rem;margin:0 0 .75rem}
.groups{display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));gap:0 2rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}td,th{padding:.2rem .4rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}
th{color:var(--soft);font-weight:500}.number{text-align:right}.wide{overflow-x:auto}code{font-size:.8rem;word-break:break-all;white-space:normal}
svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:12px}.axis{stroke:var(--line)}
.equity{fill:none;stroke:var(--accent);stroke-width:1.6}.drawdown{fill:var(--down);opacity:.45}`;

/** The report as one HTML file that needs nothing else: style and drawings are inside, and there is no script. */
export function renderHtml(result: RunResult, stats: RunStats): string {
  const { run, account } = result;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(titleOf(result))}</title>
<style>${STYLE}
</style>
</head>
<body>
${warningsOf(result)
  .map((warning) => `<p class="warning" role="alert">⚠ ${escaped(warning)}</p>`)
  .join('\n')}
<h1>${escaped(titleOf(result))}</h1>
<p class="net ${toneOf(account.netPl)}">${formatMoney(account.netPl)} $ net</p>
${drawings(result)}
<div class="groups">
${figureGroupsOf(result, stats)
  .map(
    ({ heading, figures }) =>
      `<section><h2>${escaped(heading)}</h2>${table([], figures, [1])}</section>`,
  )
  .join('\n')}
</div>
${assumptionSection(result)}
${exitSection(stats)}
${tradeSection(result)}
<h2>Identity</h2>
${table(
  [],
  [
    ['Run', run.id],
    ['Seed', String(run.seed)],
    ['Configuration', run.configSha256],
    ['Data', run.dataSha256],
    ['Journal', result.journalSha256],
  ],
  [],
)}
</body>
</html>
`;
}

function drawings({ equity }: RunResult): string {
  const curve = sampleCurve(equity, drawdownsOf(equity), SAMPLES);
  if (curve === undefined) return '<p>The run is too short for an equity curve.</p>';
  const x = (share: number) => (MARGIN + share * (WIDTH - MARGIN - 8)).toFixed(1);
  const span = curve.high - curve.low || 1;
  const y = (value: number) =>
    (12 + (1 - (value - curve.low) / span) * (EQUITY_HEIGHT - 30)).toFixed(1);
  const { deepest } = curve;
  const depth = (value: number) =>
    (6 + (deepest === 0 ? 0 : value / deepest) * (DRAWDOWN_HEIGHT - 16)).toFixed(1);
  // equity stands still between its moments, so it is drawn in steps
  const steps = curve.equity.map((value, index) => {
    const here = x(curve.at[index] ?? 0);
    return index === 0 ? `M${here} ${y(value)}` : `H${here}V${y(value)}`;
  });
  const fall = curve.drawdown.map((value, index) => `L${x(curve.at[index] ?? 0)} ${depth(value)}`);
  const base = y(Math.min(curve.high, Math.max(curve.low, equity[0]?.equity ?? 0)));
  return `<h2>Equity</h2>
<svg viewBox="0 0 ${WIDTH} ${EQUITY_HEIGHT}" role="img" aria-label="Equity from ${formatMoney(curve.low)} to ${formatMoney(curve.high)} dollars">
<line class="axis" x1="${MARGIN}" x2="${WIDTH}" y1="${base}" y2="${base}"/>
<text x="${MARGIN - 8}" y="${Number(y(curve.high)) + 4}" text-anchor="end">${formatMoney(curve.high)}</text>
<text x="${MARGIN - 8}" y="${Number(y(curve.low)) + 4}" text-anchor="end">${formatMoney(curve.low)}</text>
<text x="${MARGIN}" y="${EQUITY_HEIGHT - 2}">${escaped((equity[0]?.ts ?? '').slice(11, 19))}</text>
<text x="${WIDTH - 8}" y="${EQUITY_HEIGHT - 2}" text-anchor="end">${escaped((equity.at(-1)?.ts ?? '').slice(11, 19))} UTC</text>
<path class="equity" d="${steps.join('')}"/>
</svg>
<h2>Drawdown</h2>
<svg viewBox="0 0 ${WIDTH} ${DRAWDOWN_HEIGHT}" role="img" aria-label="Deepest drawdown ${formatMoney(deepest)} dollars">
<line class="axis" x1="${MARGIN}" x2="${WIDTH}" y1="6" y2="6"/>
<text x="${MARGIN - 8}" y="${DRAWDOWN_HEIGHT - 6}" text-anchor="end">${formatMoney(deepest)}</text>
<path class="drawdown" d="M${x(0)} 6${fall.join('')}L${x(1)} 6Z"/>
</svg>`;
}

function assumptionSection(result: RunResult): string {
  const rows = assumptionCellsOf(result);
  if (rows.length === 0) return '';
  return `<h2>${ASSUMPTIONS_HEADING}</h2>\n<div class="wide">${table(ASSUMPTION_COLUMNS, rows, [2, 3, 4])}</div>\n<p>${escaped(assumptionVerdictOf(result))}</p>`;
}

function exitSection(stats: RunStats): string {
  const rows = exitCellsOf(stats);
  return rows.length === 0
    ? ''
    : `<h2>Exits</h2>\n${table(['reason', 'trades', 'net'], rows, [1, 2])}`;
}

function tradeSection({ trades }: RunResult): string {
  if (trades.length === 0) return '';
  const columns = ['entry (UTC)', 'exit (UTC)', ...TRADE_COLUMNS];
  const rows = trades.map((trade) => [
    trade.entryTs.slice(11, 23),
    trade.exitTs.slice(11, 23),
    ...tradeCellsOf(trade),
  ]);
  return `<h2>Trades</h2>\n<div class="wide">${table(columns, rows, [3, 4, 5, 7, 8, 9, 10, 11])}</div>`;
}

function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  numberColumns: readonly number[],
): string {
  const cell = (tag: 'td' | 'th', text: string, column: number) => {
    const classes = numberColumns.includes(column)
      ? ['number', ...(tag === 'td' ? [toneOfText(text)] : [])]
      : [];
    const content = /^[0-9a-f]{64}$/.test(text) ? `<code>${text}</code>` : escaped(text);
    const attribute = classes.filter((name) => name !== '').join(' ');
    return `<${tag}${attribute === '' ? '' : ` class="${attribute}"`}>${content}</${tag}>`;
  };
  const row = (tag: 'td' | 'th', cells: readonly string[]) =>
    `<tr>${cells.map((text, column) => cell(tag, text, column)).join('')}</tr>`;
  const head = columns.length === 0 ? '' : `<thead>${row('th', columns)}</thead>`;
  return `<table>${head}<tbody>${rows.map((cells) => row('td', cells)).join('')}</tbody></table>`;
}

function toneOf(value: number): string {
  if (value === 0) return '';
  return value > 0 ? 'up' : 'down';
}

function toneOfText(text: string): string {
  if (text.startsWith('+')) return 'up';
  return /^-\d/.test(text) ? 'down' : '';
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
