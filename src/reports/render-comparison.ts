import type { Comparison, ComparisonRow } from '../domain/comparison.ts';
import { formatCount } from './figures.ts';

/** What stands where a day's data cannot know a figure. */
const NOT_KNOWN = 'n/a';
const LONGEST_NAME = 28;

const MEASURES: Readonly<Record<ComparisonRow['measure'], string>> = {
  ratio: '×',
  ks: 'KS',
  moved: 'moved',
  difference: '',
};

/** The comparison as columns for a terminal: each day's values, then each later day's distance from the first. */
export function renderComparisonText(comparison: Comparison): string {
  const lines = [...headOf(comparison), ''];
  const widths = [38, ...comparison.days.map(() => 13), ...comparison.days.slice(1).map(() => 12)];
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
      .join(' ')
      .trimEnd();
  lines.push(line(columnsOf(comparison)));
  for (const [section, rows] of sectionsOf(comparison)) {
    lines.push('', section);
    for (const row of rows) lines.push(line(cellsOf(row)));
  }
  return `${lines.join('\n')}\n`;
}

export function renderComparisonMarkdown(comparison: Comparison): string {
  const columns = columnsOf(comparison);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = [
    ...headOf(comparison),
    '',
    row(columns),
    row(columns.map((_, n) => (n === 0 ? '---' : '---:'))),
  ];
  for (const [section, rows] of sectionsOf(comparison)) {
    lines.push(row([`**${section}**`, ...columns.slice(1).map(() => '')]));
    for (const entry of rows) lines.push(row(cellsOf(entry).map((cell) => cell.trim())));
  }
  return `${lines.join('\n')}\n`;
}

export function renderComparisonJson(comparison: Comparison): string {
  return `${JSON.stringify(comparison, null, 2)}\n`;
}

function headOf({ days, window }: Comparison): string[] {
  const counted =
    window === null
      ? 'Events at every price are counted.'
      : `Only events of the best ${window} ${window === 1 ? 'level' : 'levels'} of each side are counted, in every day.`;
  return [
    ...days.map(({ name, symbol, date, levels }, n) => {
      const known = levels === null ? 'every order' : `the best ${levels} a side`;
      return `${columnName(n)}: ${name} (${symbol}, ${date}, knows ${known})`;
    }),
    `${counted} ${NOT_KNOWN}: the data do not tell.`,
    'Distances from A: × ratio, KS Kolmogorov–Smirnov of the whole distribution, moved: share that would have to move, else the difference.',
  ].flatMap((text, n) => (n < days.length ? [text, ''] : [text]));
}

function columnsOf({ days }: Comparison): string[] {
  return [
    '',
    ...days.map((_, n) => columnName(n)),
    ...days.slice(1).map((_, n) => `${columnName(n + 1)} to A`),
  ];
}

function columnName(n: number): string {
  return String.fromCharCode(65 + n);
}

function sectionsOf({ rows }: Comparison): [section: string, rows: ComparisonRow[]][] {
  const sections = new Map<string, ComparisonRow[]>();
  for (const row of rows) {
    const list = sections.get(row.section);
    if (list === undefined) sections.set(row.section, [row]);
    else list.push(row);
  }
  return [...sections];
}

function cellsOf(row: ComparisonRow): string[] {
  const unit =
    row.unit === '' || row.label.length + row.unit.length > LONGEST_NAME ? '' : `, ${row.unit}`;
  const isWhole = row.measure === 'moved';
  return [
    `  ${row.label}${unit}`,
    ...row.values.map((value) => (isWhole ? '' : valueText(value, row.unit))),
    ...row.distances.map((distance) => distanceText(distance, row.measure)),
  ];
}

function distanceText(distance: number | null, measure: ComparisonRow['measure']): string {
  if (distance === null) return NOT_KNOWN;
  const sign = measure === 'difference' && distance > 0 ? '+' : '';
  return `${MEASURES[measure]} ${sign}${figure(distance)}`.trim();
}

function valueText(value: number | null, unit: string): string {
  if (value === null) return NOT_KNOWN;
  return unit === 'ns' ? timeText(value) : figure(value);
}

function timeText(ns: number): string {
  if (ns < 1e3) return `${figure(ns)} ns`;
  if (ns < 1e6) return `${figure(ns / 1e3)} µs`;
  return ns < 1e9 ? `${figure(ns / 1e6)} ms` : `${figure(ns / 1e9)} s`;
}

/** Three digits that count; whole numbers from a thousand on. */
function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return formatSigned(value);
  if (size === 0) return '0';
  return String(Number(value.toPrecision(size < 0.01 ? 2 : 3)));
}

function formatSigned(value: number): string {
  return value < 0 ? `-${formatCount(-value)}` : formatCount(value);
}
