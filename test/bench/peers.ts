/**
 * npm run bench:peers [-- --events N] [--runs R] [--python PATH[,PATH…]] [--json] [--save]
 *
 * Our decoding, book and whole program beside those of Python packages that are installed, on the same file, in one
 * run: interleaved rounds, each row in a fresh process between two runs of the reference loop, as `npm run bench` does.
 * A package is looked for by importing it in each interpreter in turn (`python3` unless told); what is missing is said,
 * with the line that installs it. 2 million events unless told: nautilus_trader holds a Python object for each.
 *
 * M/reference counts events in the time of the reference loop just then: what a busy machine spoils least.
 * The rows are not equal work, so every one says what it does. Where a peer keeps a book, the best
 * prices that it ends with are compared with ours. `--save` keeps the result in test/bench/results/peers-DATE-MACHINE.json.
 */
import { parseArgs } from 'node:util';
import { buildProgram } from '../support/built-program.ts';
import { wholeFrom1 } from './arguments.ts';
import { benchDay } from './bench-day.ts';
import { measureProgram, measureStage, warmCompileCache } from './child.ts';
import { thisCommit, thisMachine } from './machine.ts';
import { findPeer, PYTHON_PEERS, peerRows } from './python-peers.ts';
import { REFERENCE_NAME } from './reference-loop.ts';
import { type ResultRow, rowOf, saveResult } from './result.ts';
import { runRounds } from './rounds.ts';
import { type BenchRow, TRADING } from './rows.ts';
import { spreadOf } from './statistics.ts';

const { values: given } = parseArgs({
  options: {
    events: { type: 'string', default: '2000000' },
    runs: { type: 'string', default: '3' },
    python: { type: 'string', default: 'python3' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const events = wholeFrom1('--events', given.events);
const runs = wholeFrom1('--runs', given.runs);
const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

buildProgram();
await warmCompileCache();
const raw = await benchDay(events, 'dbn');
const zstd = await benchDay(events, 'dbn.zst');
const dataSha256 = raw.sha256;
const about = new Map([
  ['decode fsd-tui', 'raw file to batches of records; none is looked into'],
  ['decode zstd fsd-tui', 'the same from the compressed file'],
  ['book fsd-tui', 'raw file, decoding included, L3 book with queues'],
  [
    'full fsd-tui',
    'raw file, the whole program: book, analyzers, snapshots each 200 ms, rules brain with working orders, journal',
  ],
]);
const rows: BenchRow[] = [
  {
    key: 'decode fsd-tui',
    dataSha256,
    measure: () => measureStage({ stage: 'decode', file: raw.path }),
  },
  {
    key: 'decode zstd fsd-tui',
    dataSha256,
    measure: () => measureStage({ stage: 'decode', file: zstd.path }),
  },
  {
    key: 'book fsd-tui',
    dataSha256,
    measure: () => measureStage({ stage: 'book', file: raw.path }),
  },
  { key: 'full fsd-tui', dataSha256, measure: () => measureProgram(raw.path, TRADING) },
];
const versions: Record<string, string> = {};
const missing: string[] = [];
for (const peer of PYTHON_PEERS) {
  const found = findPeer(peer, given.python.split(','));
  if (found === undefined) {
    missing.push(`${peer.package} is not installed: pip install ${peer.package}`);
    continue;
  }
  versions[peer.package] = found.version;
  for (const row of peer.rows) about.set(row.key, `${peer.package} ${found.version}: ${row.about}`);
  for (const row of peerRows(peer, found.python, { raw, zstd, events })) {
    try {
      await row.measure();
      rows.push(row);
    } catch (error) {
      missing.push(`${row.key} failed: ${(error as Error).message}`);
    }
  }
}

const { measured, references } = await runRounds(rows, runs, tell);
const machine = thisMachine();
const result = {
  savedAt: new Date().toISOString(),
  commit: thisCommit(),
  node: process.version,
  machine,
  versions,
  reference: { name: REFERENCE_NAME, seconds: spreadOf(references) },
  rounds: runs,
  rows: measured.map(({ row, rounds }) => ({
    ...rowOf(row.key, row.dataSha256, rounds),
    about: about.get(row.key) ?? '',
  })),
  missing,
};

const touch = ({ figures }: Pick<ResultRow, 'figures'>): string =>
  `${figures['bestBid']?.median.toFixed(2)} / ${figures['bestAsk']?.median.toFixed(2)}`;
const ours = result.rows.find(({ key }) => key === 'book fsd-tui');
const lines = result.rows.map((row) => {
  const { median, min, max } = row.eventsPerSecond;
  const isBook = row.figures['bestBid'] !== undefined && !row.key.endsWith('fsd-tui');
  const check =
    !isBook || ours === undefined
      ? ''
      : touch(row) === touch(ours)
        ? ' [best prices at the end as ours]'
        : ` [best prices at the end ${touch(row)}, ours ${touch(ours)}]`;
  const speed = `${(median / 1e6).toFixed(2)} (${(min / 1e6).toFixed(2)} to ${(max / 1e6).toFixed(2)})`;
  return `${row.key.padEnd(28)}${speed.padStart(24)} M/s ${(row.eventsPerReference.median / 1e6).toFixed(2).padStart(6)} M/reference ${row.peakRssMb.median.toFixed(0).padStart(6)} MB  ${row.about}${check}`;
});
const text = `${[...lines, ...missing].join('\n')}\n`;
if (given.json) {
  tell(text);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} else process.stdout.write(text);
if (given.save) {
  const name = `peers-${result.savedAt.slice(0, 10)}-${machine.id}.json`;
  tell(`saved as test/bench/results/${saveResult(name, result)}`);
}
