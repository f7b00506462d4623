import type { Environment } from '../platform/environment.ts';
import { readJsonFile } from '../platform/json-file.ts';
import type { ConfigProblem } from './config-error.ts';
import { FIELDS, type Field, SECTIONS } from './fields.ts';
import { nearestName } from './nearest-name.ts';

/** Settings from one source, by dotted key. Every one is known and in its range. */
export interface Layer {
  readonly values: ReadonlyMap<string, unknown>;
  /** Where a key of this layer comes from, for `config show`. */
  originOf(key: string): string;
}

/** The outcome of reading a source: what is right in it, and what is not. */
export interface LayerReading {
  readonly layer: Layer;
  readonly problems: readonly ConfigProblem[];
}

const VARIABLES: ReadonlyMap<string, Field> = new Map(
  [...FIELDS.values()].map((field) => [field.variable, field]),
);

/**
 * Reads a JSON file of settings: nested by section, or with dotted keys.
 *
 * @param prefix Put before every key, of a file that holds one section (`profile.`).
 */
export function readFileLayer(path: string, prefix = ''): LayerReading {
  const file = readJsonFile(path);
  if ('problem' in file) return faulty(path, file.problem, 'a JSON file of settings');
  return readObjectLayer(path, file.json, prefix);
}

/** Reads a parsed JSON object of settings; `where` names its origin. */
export function readObjectLayer(where: string, json: unknown, prefix = ''): LayerReading {
  if (!isObject(json)) return faulty(where, inWords(json), 'a JSON object of settings');
  const values = new Map<string, unknown>();
  const problems: ConfigProblem[] = [];
  const visit = (key: string, value: unknown): void => {
    const full = prefix + key;
    if (SECTIONS.has(full) && isObject(value)) {
      for (const [name, child] of Object.entries(value)) visit(`${key}.${name}`, child);
      return;
    }
    const field = FIELDS.get(full);
    if (field === undefined) {
      problems.push(
        SECTIONS.has(full)
          ? { where, key, found: inWords(value), allowed: 'an object of settings' }
          : unknownKey(where, key, prefix),
      );
    } else if (field.schema.safeParse(value).success) {
      values.set(full, value);
    } else {
      problems.push({ where, key, found: inWords(value), allowed: field.allowed });
    }
  };
  for (const [key, value] of Object.entries(json)) {
    // an editor's $schema, a person's $comment
    if (!key.startsWith('$')) visit(key, value);
  }
  return { layer: { values, originOf: () => where }, problems };
}

/**
 * Reads the variables that name a setting: FSD_, then the key in upper case, `__` for its dot (`FSD_RISK__DAILY_LOSS_USD`).
 * A variable with `__` must be one of them; other FSD_ variables are not settings.
 */
export function readEnvironmentLayer(environment: Environment): LayerReading {
  const values = new Map<string, unknown>();
  const problems: ConfigProblem[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('FSD_')) continue;
    const field = VARIABLES.get(variable);
    if (field !== undefined) {
      assign(field, text, { where: 'environment', key: variable }, values, problems);
    } else if (variable.includes('__')) {
      problems.push({
        where: 'environment',
        key: variable,
        found: 'an unknown name',
        allowed: 'FSD_SECTION__KEY of a setting in `fsd-tui config show`',
        ...nearestIn(variable.slice('FSD_'.length), [...VARIABLES.keys()]),
      });
    }
  }
  return {
    layer: { values, originOf: (key) => `environment ${FIELDS.get(key)?.variable ?? key}` },
    problems,
  };
}

/** Reads `--set key=value` texts; of one key the last counts. A value is JSON where the setting takes that, else plain text. */
export function readAssignmentLayer(assignments: readonly string[]): LayerReading {
  const where = '--set';
  const values = new Map<string, unknown>();
  const problems: ConfigProblem[] = [];
  for (const assignment of assignments) {
    const split = assignment.indexOf('=');
    const key = (split < 0 ? assignment : assignment.slice(0, split)).trim();
    const field = FIELDS.get(key);
    if (split <= 0) {
      problems.push({ where, key: '', found: inWords(assignment), allowed: 'key=value' });
    } else if (field !== undefined) {
      assign(field, assignment.slice(split + 1).trim(), { where, key }, values, problems);
    } else {
      problems.push(unknownKey(where, key, ''));
    }
  }
  return { layer: { values, originOf: () => where }, problems };
}

/** Takes over what command line options say; `option` names each one. */
export function readOptionLayer(
  options: readonly { key: string; value: unknown; option: string }[],
): LayerReading {
  const values = new Map<string, unknown>();
  const origins = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const { key, value, option } of options) {
    const field = FIELDS.get(key);
    if (field === undefined) throw new TypeError(`${option} sets ${key}, which is no setting`);
    origins.set(key, option);
    if (typeof value === 'string')
      assign(field, value, { where: 'option', key: option }, values, problems);
    else if (field.schema.safeParse(value).success) values.set(key, value);
    else
      problems.push({
        where: 'option',
        key: option,
        found: inWords(value),
        allowed: field.allowed,
      });
  }
  return { layer: { values, originOf: (key) => `option ${origins.get(key) ?? ''}` }, problems };
}

/** What was found, as an error message shows it: short, one line. */
export function inWords(value: unknown): string {
  const text =
    typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function assign(
  field: Field,
  text: string,
  source: { readonly where: string; readonly key: string },
  values: Map<string, unknown>,
  problems: ConfigProblem[],
): void {
  for (const candidate of [asJson(text), text]) {
    if (candidate !== undefined && field.schema.safeParse(candidate).success) {
      values.set(field.key, candidate);
      return;
    }
  }
  problems.push({ ...source, found: inWords(text), allowed: field.allowed });
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unknownKey(where: string, key: string, prefix: string): ConfigProblem {
  const names = [...FIELDS.keys()]
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  return {
    where,
    key,
    found: 'an unknown key',
    allowed: 'the keys of `fsd-tui config show`',
    ...nearestIn(key, key.includes('.') || prefix !== '' ? names : [...names, ...SECTIONS]),
  };
}

function nearestIn(text: string, names: readonly string[]): { nearest?: string } {
  const nearest = nearestName(text, names);
  return nearest === undefined ? {} : { nearest };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faulty(where: string, found: string, allowed: string): LayerReading {
  return {
    layer: { values: new Map(), originOf: () => where },
    problems: [{ where, key: '', found, allowed }],
  };
}
