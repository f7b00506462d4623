import { resolve } from 'node:path';
import { type VerifiedJournal, verifyRun } from '../../app/verify-run.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { SETTINGS_OPTIONS } from '../settings-options.ts';
import { UsageError } from '../usage-error.ts';
import { logsFolderOf } from './runs.ts';

export const journalVerifyCommand: Command = {
  name: 'journal verify',
  help: 'Whether a run’s journal is as it was written, byte by byte',
  positionals: [
    {
      name: 'run',
      isRequired: false,
      help: 'a run’s id, the beginning of it, or last (the default); or a journal’s file',
    },
  ],
  options: { ...SETTINGS_OPTIONS, json: { type: 'flag', help: 'as one JSON object' } },
  async run(given, terminal) {
    const name = given.text('run') ?? 'last';
    const verified = verifyRun(
      logsFolderOf(given, terminal),
      name,
      resolve(terminal.workingFolder, name),
    );
    if (verified === undefined)
      throw new UsageError(`there is no run or file ${name}; fsd-tui runs lists the runs`);
    const { path, verdict } = verified;
    terminal.stdout.write(
      given.flag('json') ? `${JSON.stringify({ path, ...verdict }, null, 2)}\n` : textOf(verified),
    );
    return verdict.state === 'whole' ? EXIT.done : EXIT.badData;
  },
};

function textOf({ path, verdict }: VerifiedJournal): string {
  switch (verdict.state) {
    case 'whole':
      return `ok: ${verdict.entries} entries, ${verdict.documents.join(' and ')}; chain ${verdict.chain}\n${path}\n`;
    case 'unchained':
      return `cannot be verified: its ${verdict.entries} entries were written before journals were chained; they can be read\n${path}\n`;
    case 'broken': {
      const { place, problem, trusted } = verdict;
      const rest =
        trusted === 0
          ? 'Nothing in it can be relied on'
          : trusted === 1
            ? 'Entry 1 is as it was written; nothing after it can be relied on'
            : `Entries 1 to ${trusted} are as they were written; nothing after them can be relied on`;
      return [
        `BROKEN at ${place}: ${problem}`,
        `${rest}. Keep the file and its -wal file as they are, and do not resume the run: take positions and fills`,
        'from the venue; a simulation or backtest is played again from its data.',
        path,
        '',
      ].join('\n');
    }
  }
}
