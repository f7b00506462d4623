import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { FlattenOptions, FlattenOutcome } from '../../app/broker/flatten.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** What has to be typed before every order of an account is canceled. */
const SENTENCE = 'cancel everything';

const CONSEQUENCE = `EVERY ORDER IS CANCELED, whoever placed it: those of this program, of other programs at this TWS, and those placed by hand.
Positions that are not this program's stay open, and lose the stops that protect them.
`;

export interface FlattenHandlers {
  flatten(options: FlattenOptions): Promise<FlattenOutcome>;
}

export function flattenCommand(handlers: FlattenHandlers): Command {
  return {
    name: 'flatten',
    help: 'Cancel the orders of the paper or live run and close its position, also when it hangs or is dead; nobody else’s',
    positionals: [],
    options: {
      live: { type: 'flag', help: 'the live run', otherwise: 'the paper run' },
      symbol: { type: 'text', help: 'its instrument' },
      'global-cancel': {
        type: 'flag',
        help: 'cancel every order of the account first, others’ and by hand too; has to be confirmed',
      },
      yes: { type: 'flag', help: 'it is confirmed' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const settings = readSettings(given, terminal);
      const isEverything = given.flag('global-cancel');
      if (isEverything) {
        terminal.stderr.write(CONSEQUENCE);
        if (!given.flag('yes') && !(await confirm(terminal))) {
          terminal.stderr.write('Not confirmed: nothing was done.\n');
          return EXIT.badUsage;
        }
      }
      const outcome = await handlers.flatten({
        settings,
        mode: given.flag('live') ? 'live' : 'paper',
        logsFolder: resolve(terminal.workingFolder, settings.config.paths.logs),
        isEverything,
        say: (words) => terminal.stderr.write(`${words}\n`),
        signal: terminal.signal,
      });
      terminal.stdout.write(`${TEXTS[outcome]}\n`);
      return outcome === 'left' ? EXIT.failed : EXIT.done;
    },
  };
}

const TEXTS: Readonly<Record<FlattenOutcome, string>> = {
  flat: 'Flat: no order of the run works, and nothing that it opened is open.',
  nothing: 'No run of the day has left anything.',
  left: 'NOT FLAT as far as is known here: look at TWS.',
};

async function confirm({ isInteractive, signal, streams }: Terminal): Promise<boolean> {
  if (!isInteractive || streams === undefined)
    throw new UsageError('--global-cancel: it is confirmed at a terminal, or by --yes');
  const lines = createInterface({ input: streams.stdin, output: streams.stdout });
  try {
    const answer = await lines.question(`Type "${SENTENCE}" to do it, anything else to stop: `, {
      signal,
    });
    return answer.trim() === SENTENCE;
  } finally {
    lines.close();
  }
}
