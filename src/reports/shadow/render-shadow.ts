import { MICROS_PER_UNIT } from '../../domain/money.ts';
import { formatTimestamp, NS_PER_MS } from '../../domain/time.ts';
import { formatCount, formatMoney, UNKNOWN } from '../figures.ts';
import type { Agreement, MeasuredTimes, ShadowDifference } from './shadow-report.ts';
import { classSumsOf, type ShadowResult } from './shadow-result.ts';

/** A table of the report: a heading, columns, rows. Columns from `numbersFrom` on are numbers. */
interface ShadowTable {
  readonly heading: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly numbersFrom: number;
}

/** Differences beyond these are counted in text and Markdown, and told in JSON. */
const LISTED = 200;

export function renderShadowText(result: ShadowResult): string {
  const lines = [
    titleOf(result),
    ...result.warnings.map((warning) => `! ${warning}`),
    ...tablesOf(result).flatMap((table) => ['', table.heading, ...textRows(table)]),
    '',
    ...differenceLines(result),
    '',
    closingOf(result),
  ];
  return `${lines.join('\n')}\n`;
}

export function renderShadowMarkdown(result: ShadowResult): string {
  const blocks = [
    `# ${escaped(titleOf(result))}`,
    ...result.warnings.map((warning) => `> **Warning:** ${escaped(warning)}`),
    ...tablesOf(result).map(markdownTable),
    ...differencesIn(result).map(markdownTable),
    escaped(closingOf(result)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

export function renderShadowHtml(result: ShadowResult): string {
  const tables = [...tablesOf(result), ...differencesIn(result)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${marked(titleOf(result))}</title>
<style>
:root{color-scheme:light dark}body{margin:0 auto;max-width:1100px;padding:2rem 1.25rem;font:15px/1.45 system-ui,sans-serif}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}td,th{padding:.2rem .5rem;border-bottom:1px solid #8886;text-align:left;vertical-align:top}
.number{text-align:right;white-space:nowrap}.warning{border:1px solid #8886;border-radius:6px;padding:.6rem .9rem}
</style>
</head>
<body>
<h1>${marked(titleOf(result))}</h1>
${result.warnings.map((warning) => `<p class="warning" role="alert">⚠ ${marked(warning)}</p>`).join('\n')}
${tables.map(htmlTable).join('\n')}
<p>${marked(closingOf(result))}</p>
</body>
</html>
`;
}

/** Times in milliseconds, money in dollars, moments ISO 8601. */
export function renderShadowJson(result: ShadowResult): string {
  const { run, backtest, latencies, decisions, fills, result: money, warnings, day } = result;
  const { data } = latencies;
  const times = ({ count, medianNs, p95Ns }: MeasuredTimes) => ({
    count,
    medianMs: inMs(medianNs),
    p95Ms: inMs(p95Ns),
  });
  return `${JSON.stringify(
    {
      run,
      backtest,
      latencies: {
        decision: times(latencies.decision),
        roundTrip: times(latencies.roundTrip),
        order: times(latencies.order),
        report: times(latencies.report),
        legs: latencies.legs,
        data:
          data === null
            ? null
            : {
                ms: inMs(data.ns),
                atLeastMs: inMs(data.atLeastNs),
                atMostMs: inMs(data.atMostNs),
                agreeing: data.agreeing,
                count: data.count,
              },
        applied: latencies.applied,
      },
      decisions,
      fills,
      result: {
        live: money.liveMicros / MICROS_PER_UNIT,
        backtest: money.backtestMicros / MICROS_PER_UNIT,
        difference: (money.liveMicros - money.backtestMicros) / MICROS_PER_UNIT,
      },
      classes: classSumsOf(result).map(({ resultMicros, ...each }) => ({
        ...each,
        result: resultMicros / MICROS_PER_UNIT,
      })),
      differences: result.differences.map(({ at, resultMicros, ...each }) => ({
        ...each,
        at: formatTimestamp(day, at),
        result: resultMicros / MICROS_PER_UNIT,
      })),
      warnings,
    },
    null,
    2,
  )}\n`;
}

function titleOf({ run }: ShadowResult): string {
  return `${run.symbol} · ${run.session} · ${run.mode} run ${run.id} beside a backtest`;
}

function closingOf({ backtest, differences }: ShadowResult): string {
  const unexplained = differences.filter((each) => each.class === 'unexplained').length;
  const count =
    differences.length === 0 ? 'No difference' : `${formatCount(differences.length)} differences`;
  return `${count}, ${unexplained} of them unexplained. The backtest is the run ${backtest.id} in ${backtest.logsFolder}.`;
}

function tablesOf(result: ShadowResult): readonly ShadowTable[] {
  const tables = [latencyTable(result), agreementTable(result), classTable(result)];
  return tables.filter(({ rows }) => rows.length > 0);
}

function latencyTable({ latencies }: ShadowResult): ShadowTable {
  const { decision, roundTrip, order, report, data, applied } = latencies;
  const row = (name: string, times: MeasuredTimes, set: number | null | undefined) => [
    name,
    formatCount(times.count),
    msText(times.medianNs),
    msText(times.p95Ns),
    set === undefined ? '' : set === null ? 'the rules’ own' : `${set} ms`,
  ];
  return {
    heading: 'Latencies of the run',
    columns: ['', 'measured', 'median', 'p95', 'in the backtest'],
    rows: [
      row('snapshot to order', decision, applied.decisionMs),
      row('order to acknowledgement', roundTrip, undefined),
      row('order to the venue', order, applied.orderMs),
      row('report from the venue', report, applied.reportMs),
      data === null
        ? ['market data and clocks', '0', UNKNOWN, UNKNOWN, '']
        : [
            'market data and clocks',
            `${formatCount(data.agreeing)} of ${formatCount(data.count)}`,
            msText(data.ns),
            `${msText(data.atLeastNs)} to ${msText(data.atMostNs)}`,
            'taken out',
          ],
    ],
    numbersFrom: 1,
  };
}

function agreementTable({ decisions, fills, result }: ShadowResult): ShadowTable {
  const row = (name: string, { count, agreed, differing, only }: Agreement) => [
    name,
    ...[count, agreed, differing, only].map(formatCount),
  ];
  const money = (micros: number): string => formatMoney(micros / MICROS_PER_UNIT);
  return {
    heading: 'What agrees',
    columns: ['', 'all', 'agree', 'differ', 'alone'],
    rows: [
      row('decisions of the run', decisions.live),
      row('decisions of the backtest', decisions.backtest),
      row('fills of the run', fills.live),
      row('fills of the backtest', fills.backtest),
      [
        'result: run, backtest, difference',
        money(result.liveMicros),
        money(result.backtestMicros),
        money(result.liveMicros - result.backtestMicros),
        '',
      ],
    ],
    numbersFrom: 1,
  };
}

function classTable(result: ShadowResult): ShadowTable {
  return {
    heading: 'Differences by class',
    columns: ['class', 'meaning', 'count', 'result'],
    rows: classSumsOf(result).map(({ class: name, meaning, count, resultMicros }) => [
      name,
      meaning,
      formatCount(count),
      formatMoney(resultMicros / MICROS_PER_UNIT),
    ]),
    numbersFrom: 2,
  };
}

function differencesIn(result: ShadowResult): readonly ShadowTable[] {
  return result.differences.length === 0 ? [] : [differenceTable(result)];
}

function differenceTable(result: ShadowResult): ShadowTable {
  const { differences, day } = result;
  const left = differences.length - LISTED;
  return {
    heading:
      left > 0
        ? `The first ${LISTED} differences, ${formatCount(left)} more in JSON`
        : 'Differences',
    columns: ['', 'time (UTC)', 'what', 'class', 'run', 'backtest', 'evidence', 'ticks', 'result'],
    rows: differences
      .slice(0, LISTED)
      .map((each) => [
        String(each.number),
        clockOf(each, day),
        each.subject,
        classText(each),
        each.live ?? UNKNOWN,
        each.backtest ?? UNKNOWN,
        each.evidence,
        each.ticks === null ? '' : String(each.ticks),
        each.resultMicros === 0 ? '' : formatMoney(each.resultMicros / MICROS_PER_UNIT),
      ]),
    numbersFrom: 7,
  };
}

function differenceLines(result: ShadowResult): string[] {
  const { rows, heading } = differenceTable(result);
  if (rows.length === 0) return [];
  return [
    heading,
    ...rows.flatMap(([number = '', clock, what, name, live, backtest, evidence, ticks, money]) => [
      [
        `${number.padStart(4)}  ${clock}  ${what}: ${name} (${evidence})`,
        ...(ticks === '' ? [] : [`${ticks} ticks`]),
        ...(money === '' ? [] : [`${money} $`]),
      ].join('  '),
      `      run       ${live}`,
      `      backtest  ${backtest}`,
    ]),
  ];
}

function classText({ class: name, cause }: ShadowDifference): string {
  return cause === null ? name : `${name} ${cause}`;
}

function clockOf({ at }: ShadowDifference, day: number): string {
  return formatTimestamp(day, at).slice(11, 23);
}

function inMs(ns: number | null): number | null {
  return ns === null ? null : Math.round(ns / 1000) / (NS_PER_MS / 1000);
}

function msText(ns: number | null): string {
  const ms = inMs(ns);
  return ms === null ? UNKNOWN : `${ms} ms`;
}

function textRows({ columns, rows, numbersFrom }: ShadowTable): string[] {
  const all = [columns, ...rows];
  const widths = columns.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0)));
  return all.map((row) =>
    `  ${row
      .map((cell, n) =>
        n >= numbersFrom ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0),
      )
      .join('  ')}`.trimEnd(),
  );
}

function markdownTable({ heading, columns, rows, numbersFrom }: ShadowTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [
    `## ${heading}`,
    '',
    line(columns),
    `| ${columns.map((_, n) => (n >= numbersFrom ? '---:' : '---')).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}

function htmlTable({ heading, columns, rows, numbersFrom }: ShadowTable): string {
  const cells = (row: readonly string[], tag: 'td' | 'th') =>
    row
      .map(
        (cell, n) => `<${tag}${n >= numbersFrom ? ' class="number"' : ''}>${marked(cell)}</${tag}>`,
      )
      .join('');
  return `<h2>${marked(heading)}</h2>
<table><thead><tr>${cells(columns, 'th')}</tr></thead><tbody>
${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')}
</tbody></table>`;
}

function escaped(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
}

function marked(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
