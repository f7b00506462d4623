import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type DayNumber, formatDay, parseDay } from '../domain/time.ts';
import { UsageError } from './usage-error.ts';

/** What data is looked for. */
export interface DataSearch {
  /** Files and folders of `--data`. */
  readonly given: readonly string[];
  /** FSD_DATA. */
  readonly fromEnvironment: string | undefined;
  readonly workingFolder: string;
  readonly symbol: string;
  /** A symbol that was not chosen does not keep a folder's other files out. */
  readonly isSymbolChosen: boolean;
  readonly date: DayNumber | undefined;
}

const DATA_ENDING = /\.(dbn|dbn\.zst|zip|csv)$/i;
/** What comes with another file and is no session: LOBSTER's second file, Databento's definitions, status changes and so on. */
const SIDE_FILE = /orderbook|(?<![a-z])(?:definition|status|statistics|imbalance)(?![a-z])/i;

/**
 * The files to play: of `--data`, else FSD_DATA, else `./BacktestData`. In a folder the file for the symbol and the date,
 * or of the latest date, is taken.
 *
 * @returns `undefined` when nothing was named and the search path has nothing.
 * @throws {UsageError} If what was named does not exist, or a folder leaves the choice open.
 */
export function findData(search: DataSearch): readonly string[] | undefined {
  if (search.given.length > 0)
    return search.given.flatMap((path) => filesAt(path, '--data', search));
  if (search.fromEnvironment !== undefined)
    return filesAt(search.fromEnvironment, 'FSD_DATA', search);
  const folder = join(search.workingFolder, 'BacktestData');
  return existsSync(folder) ? chooseIn(folder, { ...search, isSymbolChosen: true }) : undefined;
}

function filesAt(path: string, origin: string, search: DataSearch): readonly string[] {
  if (!existsSync(path)) throw new UsageError(`${origin}: there is no file or folder ${path}`);
  if (!statSync(path).isDirectory()) return [path];
  const chosen = chooseIn(path, search);
  if (chosen === undefined) {
    const date = search.date === undefined ? 'a date' : formatDay(search.date, '');
    throw new UsageError(
      `${origin}: ${path} has no data file named with ${search.symbol} and ${date}`,
    );
  }
  return chosen;
}

function chooseIn(folder: string, search: DataSearch): readonly string[] | undefined {
  const dated = readdirSync(folder)
    .filter((name) => DATA_ENDING.test(name) && !SIDE_FILE.test(name))
    .flatMap((name) => {
      const date = dateIn(name);
      return date === undefined || (search.date ?? date) !== date ? [] : [{ name, date }];
    });
  const ofSymbol = dated.filter(({ name }) => namesSymbol(name, search.symbol));
  const candidates = ofSymbol.length > 0 || search.isSymbolChosen ? ofSymbol : dated;
  const latest = candidates.reduce(
    (last, { date }) => Math.max(last, date),
    Number.NEGATIVE_INFINITY,
  );
  const ofLatest = candidates.filter(({ date }) => date === latest).map(({ name }) => name);
  // a day may lie there in several schemas: market by order has everything
  const byOrder = ofLatest.filter((name) => /mbo/i.test(name));
  const [only, ...others] = byOrder.length > 0 ? byOrder : ofLatest;
  if (only === undefined) return undefined;
  if (others.length > 0) {
    const names = [only, ...others].sort().map((name) => basename(name));
    throw new UsageError(
      `${folder} has several files for the day, name one with --data: ${names.join(', ')}`,
    );
  }
  return [join(folder, only)];
}

function dateIn(name: string): DayNumber | undefined {
  const match = /(?<!\d)(\d{4}-\d{2}-\d{2}|\d{8})(?!\d)/.exec(name);
  return match?.[1] === undefined ? undefined : parseDay(match[1]);
}

function namesSymbol(name: string, symbol: string): boolean {
  const start = name.toUpperCase().indexOf(symbol.toUpperCase());
  if (start < 0) return false;
  // TSLA is not in "TSLAX_20251015", but in "xnas-TSLA-20251015" and "TSLA20251015"
  const [before, after] = [name[start - 1] ?? '', name[start + symbol.length] ?? ''];
  return !/[a-z]/i.test(before) && !/[a-z]/i.test(after);
}
