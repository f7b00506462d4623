import { z } from 'zod';
import { configSha256Of, toEngineSettings } from './engine-settings.ts';
import { FIELDS } from './fields.ts';
import type { ResolvedConfig } from './load-config.ts';
import { configSchema } from './schema.ts';

/** One setting of `fsd-tui config show --json`. */
interface ShownSetting {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
  readonly meaning: string;
  readonly allowed: string;
  readonly variable: string;
}

/** What `fsd-tui config show --json` prints: every setting with its origin, and the hash that runs carry. */
export function describeConfig(resolved: ResolvedConfig): {
  readonly configSha256: string;
  readonly settings: readonly ShownSetting[];
} {
  return {
    configSha256: configSha256Of(toEngineSettings(resolved.config)),
    settings: [...FIELDS.values()].map(({ key, meaning, allowed, variable }) => ({
      key,
      value: valueAt(resolved, key),
      origin: resolved.origins.get(key) ?? 'built-in',
      meaning,
      allowed,
      variable,
    })),
  };
}

/** The same as a table, a section at a time; what is not built in is marked. */
export function renderConfig(resolved: ResolvedConfig): string {
  const { configSha256, settings } = describeConfig(resolved);
  const keyWidth = Math.max(...settings.map(({ key }) => key.length));
  const valueWidth = Math.max(...settings.map(({ value }) => JSON.stringify(value).length));
  const lines: string[] = [];
  let lastSection = '';
  for (const { key, value, origin } of settings) {
    const section = key.includes('.') ? key.slice(0, key.indexOf('.')) : '';
    if (section !== lastSection) lines.push('');
    lastSection = section;
    const mark = origin === 'built-in' ? ' ' : '*';
    lines.push(
      `${mark} ${key.padEnd(keyWidth)}  ${JSON.stringify(value).padEnd(valueWidth)}  ${origin}`,
    );
  }
  return [
    'Settings, and where each comes from (* not built in):',
    ...lines,
    '',
    `configSha256  ${configSha256}`,
    '',
    'Set one by (each over the one before) config/*.json, --config FILE, an environment variable, --set, an option.',
    'An instrument’s file (config/instruments) and its class (config/classes) lie under config/*.json: --symbol shows them.',
    'A variable is FSD_, the key in capitals, __ for its dot: risk.dailyLossUsd is FSD_RISK__DAILY_LOSS_USD.',
    '',
  ].join('\n');
}

/** JSON Schema (draft 2020-12) of a settings file: nothing is required, nothing unknown allowed. */
export function settingsJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { io: 'input' });
  return { ...withoutRequired(schema), title: 'fsd-tui settings' };
}

function withoutRequired(schema: z.core.JSONSchema.BaseSchema): Record<string, unknown> {
  const { required: _required, properties, ...rest } = schema;
  if (properties === undefined) return rest;
  const entries = Object.entries(properties).map(([name, child]) => [
    name,
    typeof child === 'boolean' ? child : withoutRequired(child),
  ]);
  return { ...rest, properties: Object.fromEntries(entries) };
}

function valueAt(resolved: ResolvedConfig, key: string): unknown {
  const value = key
    .split('.')
    .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], resolved.config);
  // an account's number is never shown whole
  return key === 'broker.accounts' && typeof value === 'string'
    ? value.replace(/\w+(?=\w\w)/g, '…')
    : value;
}
