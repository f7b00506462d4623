import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

/** A line of the key table. */
export interface KeyLine {
  readonly keys: string;
  readonly action: string;
  readonly where: string;
  readonly help: string;
}

export function keysCommand(handlers: {
  keys(workingFolder: string): Promise<readonly KeyLine[]>;
}): Command {
  return {
    name: 'keys',
    help: 'Every key and the action it stands for',
    positionals: [],
    options: { json: { type: 'flag', help: 'as a JSON array' } },
    async run(given, terminal) {
      const lines = await handlers.keys(terminal.workingFolder);
      terminal.stdout.write(
        given.flag('json') ? `${JSON.stringify(lines, null, 2)}\n` : table(lines),
      );
      return EXIT.done;
    },
  };
}

function table(lines: readonly KeyLine[]): string {
  const width = (name: 'keys' | 'action' | 'where') =>
    Math.max(...lines.map((line) => line[name].length), 0);
  const [keys, action, where] = [width('keys'), width('action'), width('where')];
  return lines
    .map(
      (line) =>
        `${line.keys.padEnd(keys)}  ${line.action.padEnd(action)}  ${line.where.padEnd(where)}  ${line.help}`,
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
