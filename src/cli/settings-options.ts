import { type ConfigSources, loadConfig, type ResolvedConfig } from '../config/load-config.ts';
import type { ArgumentSpecs, Arguments } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** Options of every command that reads settings. */
export const SETTINGS_OPTIONS: ArgumentSpecs = {
  config: { type: 'text', help: 'a JSON file of settings, over config/*.json' },
  set: { type: 'list', help: 'one setting, as key=value; may be given often (see config show)' },
};

/** Options that stand for a setting, by name. */
export const SETTING_OF_OPTION: Readonly<Record<string, string>> = {
  symbol: 'symbol',
  seed: 'seed',
  speed: 'speed',
  provider: 'brain.provider',
  model: 'brain.model',
  'base-url': 'brain.baseUrl',
  profile: 'profile.name',
  'decision-latency': 'brain.decisionLatencyMs',
  theme: 'screen.theme',
};

/** Reads the settings from all sources, the command's options included. */
export function readSettings(given: Arguments, terminal: Terminal): ResolvedConfig {
  const configFile = given.text('config');
  const options: NonNullable<ConfigSources['options']>[number][] = [];
  for (const [name, key] of Object.entries(SETTING_OF_OPTION)) {
    const value = given.text(name);
    if (value !== undefined) options.push({ key, value, option: `--${name}` });
  }
  if (given.flag('ascii')) options.push({ key: 'screen.ascii', value: true, option: '--ascii' });
  if (given.flag('screen-reader'))
    options.push({ key: 'screen.reader', value: true, option: '--screen-reader' });
  return loadConfig({
    workingFolder: terminal.workingFolder,
    environment: terminal.environment,
    assignments: given.list('set'),
    options,
    ...(configFile === undefined ? {} : { configFile }),
  });
}
