import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ResolvedConfig } from '../../config/load-config.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { outline } from '../outline.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import { UsageError } from '../usage-error.ts';

/** What the command needs of the composition. The answer is printed as it is. */
export interface CompileHandlers {
  dataCompile(
    file: string,
    settings: ResolvedConfig,
    onProgress: (share: number) => void,
  ): Promise<object>;
}

const LINE_MS = 1000;

export function dataCompileCommand(handlers: CompileHandlers): Command {
  return {
    name: 'data compile',
    help: 'Write the fast form of a day beside it; backtests of the same files use it by themselves',
    positionals: [
      { name: 'file', isRequired: true, help: 'a market-by-order day: .dbn, .dbn.zst or LOBSTER' },
    ],
    options: { json: { type: 'flag', help: 'as one JSON object' }, ...SETTINGS_OPTIONS },
    async run(given, terminal) {
      const path = given.required('file');
      const file = resolve(terminal.workingFolder, path);
      if (!existsSync(file)) throw new UsageError(`there is no file ${path}`);
      let shownMs = performance.now();
      const made = await handlers.dataCompile(file, readSettings(given, terminal), (share) => {
        if (performance.now() - shownMs < LINE_MS) return;
        shownMs = performance.now();
        terminal.stderr.write(`compiled ${Math.round(share * 100)} %\n`);
      });
      terminal.stdout.write(
        given.flag('json') ? `${JSON.stringify(made, null, 2)}\n` : outline(made),
      );
      return EXIT.done;
    },
  };
}
