import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

export const keysCommand: Command = {
  name: 'keys',
  help: 'Every key, the action it stands for and its command',
  positionals: [],
  options: { json: { type: 'flag', help: 'as a JSON array' } },
  async run(given, terminal) {
    const { readKeymap, renderKeys } = await import('../../app/keys.ts');
    const keymap = readKeymap(terminal.workingFolder);
    terminal.stdout.write(renderKeys(keymap, given.flag('json') ? 'json' : 'text'));
    return EXIT.done;
  },
};
