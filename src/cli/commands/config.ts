import { configFolders } from '../../config/config-folder.ts';
import { loadInstruments } from '../../config/instruments.ts';
import { describeConfig, renderConfig, settingsJsonSchema } from '../../config/show-config.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';

export const configShowCommand: Command = {
  name: 'config show',
  help: 'Every setting with its value and where that comes from',
  positionals: [],
  options: {
    ...SETTINGS_OPTIONS,
    symbol: {
      type: 'text',
      help: 'with the settings of this instrument’s file and class',
      otherwise: 'those of none',
    },
    profile: {
      type: 'text',
      help: 'checklist: a name in config/profiles or a file',
      otherwise: 'momentum',
    },
    json: { type: 'flag', help: 'as one JSON object, with meanings and ranges' },
  },
  async run(given, terminal) {
    const settings = readSettings(given, terminal);
    const instruments = loadInstruments(configFolders(terminal.workingFolder));
    const resolved = settings.isSymbolChosen
      ? settings.forInstrument(instruments.likelyEntryOf(settings.config.symbol))
      : settings;
    terminal.stdout.write(
      given.flag('json')
        ? `${JSON.stringify(describeConfig(resolved), null, 2)}\n`
        : renderConfig(resolved),
    );
    return EXIT.done;
  },
};

export const configSchemaCommand: Command = {
  name: 'config schema',
  help: 'JSON Schema of a settings file, for editors',
  positionals: [],
  options: {},
  async run(_given, terminal) {
    terminal.stdout.write(`${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);
    return EXIT.done;
  },
};
