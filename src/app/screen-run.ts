import { existsSync, openSync, writeSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LADDER_COLUMNS } from '../domain/ladder-column.ts';
import type { RunResult } from '../domain/run.ts';
import { readJsonFile } from '../platform/json-file.ts';
import { colorDepthOf } from '../tui/canvas/styles.ts';
import { runLines } from '../tui/run-lines.ts';
import { runScreen, type ScreenSetup } from '../tui/run-screen.tsx';
import { parseLayout } from '../tui/store/saved-layout.ts';
import { type ColumnId, USUAL_SETTINGS } from '../tui/store/state.ts';
import { readBookmarks, writeBookmarks } from './bookmark-file.ts';
import { readKeymap } from './keys.ts';
import { renderReport } from './report-formats.ts';
import { Review } from './review.ts';
import type { RunFailure, RunHandle } from './run.ts';
import type { RunOptions } from './run-options.ts';

/** What the screen needs of the process. */
export interface ScreenProcess {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  readonly signal: AbortSignal;
}

/** Whether the screen was never shown from here before; from now on it was. A cache that cannot be written says no. */
async function isFirstRun(cache: string): Promise<boolean> {
  try {
    await mkdir(cache, { recursive: true });
    await writeFile(join(cache, 'welcomed'), '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Where the variable FSD_SCREEN_TRACE names a file, it is written a JSON line for every frame before it is sent, and for
 * every command as it leaves (`sent`, and `at` in ms since 1970): what proofs and benchmarks of the screen compare with.
 */
function traceTo(path: string | undefined): ((line: object) => void) | undefined {
  if (path === undefined || path === '') return undefined;
  const file = openSync(path, 'a');
  return (line) => void writeSync(file, `${JSON.stringify(line)}\n`);
}

/** Where the layout is kept: in a folder of its own, as JSON files in config/ itself are settings. */
function layoutFile(workingFolder: string): string {
  return join(workingFolder, 'config', 'screen', 'layout.json');
}

function keptLayout(workingFolder: string): Pick<ScreenSetup, 'layout'> {
  const path = layoutFile(workingFolder);
  if (!existsSync(path)) return {};
  const file = readJsonFile(path);
  const layout = 'json' in file ? parseLayout(file.json) : file;
  return { layout };
}

/** The columns of a setting that its schema let through, each once. */
function columnsOf(text: string | null): readonly ColumnId[] | null {
  if (text === null) return null;
  const named = text.split(',');
  return [...new Set(named)].flatMap(
    (name) => LADDER_COLUMNS.find((known) => known === name) ?? [],
  );
}

/**
 * Shows a run on the terminal until the screen is left, which ends the run. Resolves with how the run ended.
 */
export async function runOnScreen(
  handle: RunHandle,
  options: RunOptions,
  { stdin, stdout, environment, workingFolder, signal }: ScreenProcess,
): Promise<RunResult | RunFailure> {
  const { screen, manual, brain } = options.settings.config;
  const { theme, ascii } = screen;
  if (screen.reader) {
    await runLines({
      messages: (listener) => handle.subscribe(listener),
      send: (command) => void handle.send(command),
      setView: (view) => handle.view(view),
      input: stdin,
      output: stdout,
      keymap: readKeymap(workingFolder),
      settings: { ...USUAL_SETTINGS, template: { ...manual, quantity: manual.size ?? brain.size } },
      reportLines: (result) => renderReport(result, 'text').split('\n'),
      signal,
    });
    handle.send({ name: 'stop' });
    return handle.finished;
  }
  const logs = resolve(workingFolder, options.settings.config.paths.logs);
  const bookmarksFile = join(logs, 'bookmarks', `${handle.market}.json`);
  const trace = traceTo(environment['FSD_SCREEN_TRACE']);
  const review = new Review(handle, options);
  await runScreen({
    messages: (listener) => review.subscribe(listener),
    send(command) {
      review.send(command);
      trace?.({ sent: command.name, at: performance.timeOrigin + performance.now() });
    },
    ...(trace === undefined ? {} : { onFrame: trace }),
    setView: (view) => review.view(view),
    openTrade: (trade, session) => review.open(trade, session),
    terminal: { stdin, stdout },
    async saveScreen(name, files) {
      const folder = resolve(workingFolder, options.settings.config.paths.logs, 'screens');
      await mkdir(folder, { recursive: true });
      const stem = join(folder, name);
      for (const [ending, text] of Object.entries(files))
        await writeFile(`${stem}.${ending}`, text);
      return `${stem}.txt .ans .svg`;
    },
    saveBookmarks: (bookmarks) => writeBookmarks(bookmarksFile, bookmarks),
    ...keptLayout(workingFolder),
    async saveLayout(layout) {
      const path = layoutFile(workingFolder);
      await mkdir(dirname(path), { recursive: true });
      // whole or not at all: a layout half written would be a broken one
      await writeFile(`${path}.new`, `${JSON.stringify(layout, null, 2)}\n`);
      await rename(`${path}.new`, path);
      return join('config', 'screen', 'layout.json');
    },
    options: {
      theme,
      ascii,
      color: options.hasColor ? colorDepthOf(environment) : 'none',
      keymap: readKeymap(workingFolder),
    },
    settings: {
      ladderColumns: columnsOf(screen.ladderColumns),
      bell: screen.bell,
      bookmarks: await readBookmarks(bookmarksFile),
      isFirstRun: await isFirstRun(resolve(workingFolder, options.settings.config.paths.cache)),
      template: { ...manual, quantity: manual.size ?? brain.size },
    },
    reportLines: (result) => renderReport(result, 'text').split('\n'),
    signal,
  });
  await review.close();
  handle.send({ name: 'stop' });
  return handle.finished;
}
