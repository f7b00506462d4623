import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ResolvedConfig } from '../../config/load-config.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { outline } from '../outline.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import { UsageError } from '../usage-error.ts';

/** What the command needs of the composition. The report is printed as it is. */
export interface ThresholdHandlers {
  dataThresholds(question: {
    readonly data: readonly string[];
    readonly settings: ResolvedConfig;
  }): Promise<object>;
}

export function dataThresholdsCommand(handlers: ThresholdHandlers): Command {
  return {
    name: 'data thresholds',
    help: 'How often a market reaches the thresholds of the analyzers, and which values would suit it',
    positionals: [
      {
        name: 'file',
        isRequired: true,
        isList: true,
        help: 'market data files of one instrument, played one after the other',
      },
    ],
    options: {
      symbol: {
        type: 'text',
        help: 'which of the file’s instruments',
        otherwise: 'the file’s own',
      },
      json: { type: 'flag', help: 'as one JSON object' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const data = given.list('file').map((path) => {
        const file = resolve(terminal.workingFolder, path);
        if (!existsSync(file)) throw new UsageError(`there is no file ${path}`);
        return file;
      });
      const report = await handlers.dataThresholds({
        data,
        settings: readSettings(given, terminal),
      });
      terminal.stdout.write(
        given.flag('json') ? `${JSON.stringify(report, null, 2)}\n` : outline(report),
      );
      return EXIT.done;
    },
  };
}
