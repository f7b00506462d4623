import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPastRun } from '../../app/past-runs.ts';
import { GrowingFile } from '../../platform/follow-lines.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { formatLogLine, LOG_KINDS, type LogLine, parseLogLine } from '../log-line.ts';
import { SETTINGS_OPTIONS } from '../settings-options.ts';
import { logsFolderOf } from './runs.ts';

const LOG_FILE = /^(?:decisions|trades)-\d{8}\.jsonl$/;
const POLL_MS = 100;
/** Old lines that following begins with when no run is named. */
const LINES_BEFORE = 10;

export const logsCommand: Command = {
  name: 'logs',
  help: 'Decisions, orders and trades as they were logged',
  positionals: [
    {
      name: 'run',
      isRequired: false,
      help: 'of this run only: its id, the beginning of it, or last',
    },
  ],
  options: {
    ...SETTINGS_OPTIONS,
    follow: { type: 'flag', help: 'go on with new lines as they come' },
    kind: { type: 'text', help: LOG_KINDS.join(', '), otherwise: 'all', choices: LOG_KINDS },
    json: { type: 'flag', help: 'lines as they stand in the files' },
  },
  async run(given, terminal) {
    const folder = logsFolderOf(given, terminal);
    const name = given.text('run');
    // of a run that left no journal yet there may be lines already
    const run = name === undefined ? undefined : (findPastRun(folder, name)?.id ?? name);
    const kind = given.parsed('kind', LOG_KINDS.join(', '), (text) =>
      LOG_KINDS.find((each) => each === text),
    );
    const isWanted = (line: LogLine) =>
      (run === undefined || line.run === run) && (kind === undefined || line.kind === kind);
    const show = (lines: readonly LogLine[]) => {
      const texts = lines.map((line) => (given.flag('json') ? line.raw : formatLogLine(line)));
      if (texts.length > 0) terminal.stdout.write(`${texts.join('\n')}\n`);
    };

    const files = new Map<string, GrowingFile>();
    const old = (await newLines(folder, files)).filter(isWanted);
    if (!given.flag('follow')) {
      show(old);
      return EXIT.done;
    }
    show(run === undefined ? old.slice(-LINES_BEFORE) : old);
    while (!terminal.signal.aborted) {
      await sleep(POLL_MS, undefined, { signal: terminal.signal }).catch(() => undefined);
      show((await newLines(folder, files)).filter(isWanted));
    }
    return EXIT.done;
  },
};

/** Lines added to the folder's logs since the last call, by run and then by time; files that appear are taken in. */
async function newLines(
  folder: string,
  files: Map<string, GrowingFile>,
): Promise<readonly LogLine[]> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => LOG_FILE.test(name)) : [];
  const lines: LogLine[] = [];
  for (const name of names.sort()) {
    const file = files.get(name) ?? new GrowingFile(join(folder, name));
    files.set(name, file);
    for (const raw of await file.readLines()) {
      const line = parseLogLine(raw);
      if (line !== undefined) lines.push(line);
    }
  }
  const order = [...new Set(lines.map((line) => line.run))];
  return lines.sort(
    (a, b) =>
      order.indexOf(a.run) - order.indexOf(b.run) || (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0),
  );
}
