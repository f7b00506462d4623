import type { BenchResult, Compared, ResultRow } from './result.ts';
import { relativeRange, type Spread } from './statistics.ts';

/** The result for people: a line a row, then what some rows have to tell besides. */
export function tableOf(
  result: BenchResult,
  compared: readonly Compared[],
  before: string,
): string {
  const lines = [
    `${result.machine.cpu}, ${result.machine.cores} cores, ${result.machine.memoryGb} GB, node ${result.node}, commit ${result.commit ?? 'unknown'}`,
    `${result.reference.name}: ${inWords(result.reference.seconds, 3)} s; ${result.rounds} rounds; ${before}`,
    '',
    [
      'row'.padEnd(34),
      'M events/s (min to max)'.padStart(24),
      'ns/event'.padStart(9),
      'M/reference'.padStart(12),
      'peak MB'.padStart(8),
      'longest GC ms'.padStart(14),
      '  against the last',
    ].join(''),
  ];
  for (const row of result.rows) {
    const { eventsPerSecond: speed } = row;
    const range = `(${millions(speed.min)} to ${millions(speed.max)})`;
    lines.push(
      [
        row.key.padEnd(34),
        `${millions(speed.median)} ${range.padStart(16)}`.padStart(24),
        row.nsPerEvent.median.toFixed(1).padStart(9),
        millions(row.eventsPerReference.median).padStart(12),
        row.peakRssMb.median.toFixed(0).padStart(8),
        row.gcLongestMs.max.toFixed(1).padStart(14),
        `  ${verdictOf(compared.find(({ key }) => key === row.key))}`,
      ].join(''),
    );
  }
  for (const name of result.notAvailable) lines.push(`${name}: not available`);
  return `${[...lines, ...details(result.rows)].join('\n')}\n`;
}

function verdictOf(compared: Compared | undefined): string {
  if (compared === undefined) return '';
  if (!('factor' in compared)) return compared.verdict;
  const { verdict, factor, tolerance } = compared;
  return `${verdict} ${factor.toFixed(2)}x (±${(tolerance * 100).toFixed(0)} %)`;
}

function details(rows: readonly ResultRow[]): string[] {
  const lines: string[] = [];
  for (const { key, figures } of rows) {
    const at = (name: string): Spread => figures[name] ?? { median: 0, min: 0, max: 0 };
    if (figures['processSeconds'] !== undefined) {
      lines.push(
        `${key}: whole process ${inWords(at('processSeconds'), 2)} s, ${at('orders').median} orders, in a position for ${at('hoursInPosition').median.toFixed(2)} h`,
      );
    }
    if (figures['checkpointMb'] !== undefined) {
      const count = (name: string): string => at(name).median.toLocaleString('en-US');
      lines.push(
        `${key}: the whole engine after ${count('dayEvents')} events, ${count('trades')} trades and ${count('ownOrders')} orders of its own, ` +
          `with ${count('liveOrders')} live orders in its book (the day left ${count('dayOrders')}): copied in ${inWords(at('captureMs'), 2)} ms ` +
          `(longest ${inWords(at('longestCaptureMs'), 2)}), restored in ${inWords(at('restoreMs'), 2)} ms ` +
          `(longest ${inWords(at('longestRestoreMs'), 2)}), ${inWords(at('checkpointMb'), 1)} MB`,
      );
    }
    if (figures['groups'] !== undefined) {
      lines.push(
        `${key}: one event group to the end of the engine (${at('groups').median.toLocaleString('en-US')} groups): ` +
          `p50 ${inWords(at('p50Ns'), 0)} ns, p99 ${inWords(at('p99Ns'), 0)} ns, p99.9 ${inWords(at('p999Ns'), 0)} ns, ` +
          `longest ${inWords(at('longestGroupMs'), 2)} ms; ${at('timerNs').median.toFixed(0)} ns of the clock subtracted; ` +
          `longest wait for the feed ${inWords(at('longestFeedWaitMs'), 1)} ms`,
      );
    }
  }
  return [...(lines.length > 0 ? ['', ...lines] : []), ...cliffLines(rows)];
}

/** Every unusual book as a multiple of the ordinary one. */
function cliffLines(rows: readonly ResultRow[]): string[] {
  const lines: string[] = [];
  for (const stage of ['book', 'analyzers']) {
    const normal = rows.find(({ key }) => key === `cliff ${stage} normal`);
    if (normal === undefined) continue;
    for (const row of rows) {
      if (!row.key.startsWith(`cliff ${stage} `)) continue;
      // by the reference loop's time: the machine may have been slower just then
      const times = normal.eventsPerReference.median / row.eventsPerReference.median;
      const { liveOrders, levels, anomalies } = row.figures;
      lines.push(
        `${row.key}: ${times.toFixed(2)} times the ordinary book's time an event; ` +
          `${liveOrders?.median} orders, ${levels?.median} levels at the end` +
          ((anomalies?.max ?? 0) === 0
            ? ''
            : `; NOT COMPARABLE: the book refused ${anomalies?.max} events`),
      );
    }
  }
  return lines.length > 0 ? ['', ...lines] : [];
}

function millions(value: number): string {
  return (value / 1e6).toFixed(2);
}

function inWords(spread: Spread, digits: number): string {
  const { median, min, max } = spread;
  if (relativeRange(spread) === 0) return median.toFixed(digits);
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}
