import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchDay } from './bench-day.ts';
import type { BenchRow } from './rows.ts';
import type { Sample } from './sample.ts';

/** A Python package that is compared with, and what of it. */
export interface PythonPeer {
  readonly module: string;
  /** How pip names it. */
  readonly package: string;
  readonly rows: readonly PeerRow[];
}

interface PeerRow {
  readonly key: string;
  /** What it does and does not, compared with ours. */
  readonly about: string;
  /** Driver in peers/ and its arguments for a day. */
  readonly driver: string;
  readonly args: (day: PeerDay) => readonly string[];
}

/** The same events in both forms. */
export interface PeerDay {
  readonly raw: BenchDay;
  readonly zstd: BenchDay;
  readonly events: number;
}

export const PYTHON_PEERS: readonly PythonPeer[] = [
  {
    module: 'databento_dbn',
    package: 'databento-dbn',
    rows: [
      {
        key: 'decode databento-dbn',
        about: 'raw file to a Python object a record',
        driver: 'databento_decode.py',
        args: ({ raw }) => ['records', raw.path],
      },
    ],
  },
  {
    module: 'databento',
    package: 'databento',
    rows: [
      {
        key: 'decode databento to numpy',
        about: 'raw file to one array in memory; no work a record',
        driver: 'databento_decode.py',
        args: ({ raw }) => ['array', raw.path],
      },
    ],
  },
  {
    module: 'nautilus_trader',
    package: 'nautilus_trader',
    rows: [
      {
        key: 'decode nautilus_trader',
        about: 'zstd file to OrderBookDelta objects in memory (its loader reads no raw file)',
        driver: 'nautilus.py',
        args: ({ zstd }) => ['load', zstd.path],
      },
      {
        key: 'book nautilus_trader',
        about: 'loaded deltas through OrderBook L3, called from Python; loading not counted',
        driver: 'nautilus.py',
        args: ({ zstd }) => ['book', zstd.path],
      },
      {
        key: 'engine nautilus_trader',
        about:
          'loaded deltas through BacktestEngine with one L3 venue; no strategy, orders, analyzers, snapshots or journal; loading not counted',
        driver: 'nautilus.py',
        args: ({ zstd }) => ['engine', zstd.path],
      },
    ],
  },
  {
    module: 'hftbacktest',
    package: 'hftbacktest',
    rows: [
      {
        key: 'convert hftbacktest',
        about: 'its converter from Databento, once a day; needed before the next row',
        driver: 'hft.py',
        args: ({ raw }) => ['convert', raw.path],
      },
      {
        key: 'engine hftbacktest',
        about:
          'converted day in memory, compiled loop: L3 book, FIFO queue, one resting order, best prices each 200 ms; no analyzers, brain or journal; conversion, loading and compiling not counted',
        driver: 'hft.py',
        args: ({ raw, events }) => ['backtest', `${raw.path}.npy`, String(events)],
      },
    ],
  },
];

const MINUTES = 4;

/** The first of the interpreters that can import a module, and the package's version; `undefined` where none can. */
export function findPeer(
  { module, package: name }: PythonPeer,
  interpreters: readonly string[],
): { readonly python: string; readonly version: string } | undefined {
  const code = `import importlib.metadata, ${module}; print(importlib.metadata.version('${name}'))`;
  for (const python of interpreters) {
    const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
    if (status === 0) return { python, version: stdout.trim() };
  }
  return undefined;
}

/** A peer's rows for a day. */
export function peerRows(peer: PythonPeer, python: string, day: PeerDay): BenchRow[] {
  return peer.rows.map(({ key, driver, args }) => ({
    key,
    dataSha256: day.raw.sha256,
    measure: () => runDriver(python, driver, args(day)),
  }));
}

/** @throws {Error} If the driver fails, with the end of what it said. */
function runDriver(python: string, driver: string, args: readonly string[]): Promise<Sample> {
  const path = fileURLToPath(new URL(`./peers/${driver}`, import.meta.url));
  const ended = spawnSync(python, ['-B', '-W', 'ignore', path, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    timeout: MINUTES * 60_000,
  });
  if (ended.status !== 0) {
    const reason =
      ended.error === undefined
        ? ended.stderr.trim().split('\n').slice(-1).join('')
        : `not done after ${MINUTES} minutes`;
    return Promise.reject(new Error(`${driver} ${args[0]}: ${reason}`));
  }
  return Promise.resolve(JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as Sample);
}
