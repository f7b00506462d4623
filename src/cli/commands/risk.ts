import { renderRisk, riskLines } from '../../app/risk-table.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';

export const riskCommand: Command = {
  name: 'risk',
  help: 'Every check of the risk gate, when it denies an order, and its limits',
  positionals: [],
  options: { ...SETTINGS_OPTIONS, json: { type: 'flag', help: 'as a JSON array' } },
  run(given, terminal) {
    const { risk } = readSettings(given, terminal).config;
    terminal.stdout.write(
      given.flag('json') ? `${JSON.stringify(riskLines(risk), null, 2)}\n` : renderRisk(risk),
    );
    return Promise.resolve(EXIT.done);
  },
};
