import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Environment } from '../platform/environment.ts';
import { findClass } from './classes.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { configFolders, isShipped } from './config-folder.ts';
import { builtInValues, FIELDS, SECTIONS } from './fields.ts';
import type { InstrumentEntry } from './instruments.ts';
import {
  inWords,
  type Layer,
  type LayerReading,
  readAssignmentLayer,
  readEnvironmentLayer,
  readFileLayer,
  readObjectLayer,
  readOptionLayer,
} from './layers.ts';
import { findProfile } from './profiles.ts';
import { type Config, configSchema } from './schema.ts';

const XAI_KEYS = ['XAI_API_KEY', 'GROK_API_KEY'];
/** Files in config/ that hold no settings. */
const NOT_SETTINGS: ReadonlySet<string> = new Set(['keymap.json', 'models.json']);

/** Where settings come from, besides what is built in and the config folders. */
export interface ConfigSources {
  /** Its `config` folder counts over the package's. */
  readonly workingFolder: string;
  readonly environment: Environment;
  /** `--config FILE`. */
  readonly configFile?: string;
  /** `--set key=value`, in the order given. */
  readonly assignments?: readonly string[];
  /** Options that stand for a setting, strongest of all. */
  readonly options?: readonly {
    readonly key: string;
    readonly value: unknown;
    readonly option: string;
  }[];
}

/** All settings with the origin of each. Frozen. */
export interface ResolvedConfig {
  readonly config: Config;
  /** By dotted key: `built-in`, a file, `environment NAME`, `--set` or `option --name`. */
  readonly origins: ReadonlyMap<string, string>;
  /** True when the user chose the instrument, so that it is not the data file's. */
  readonly isSymbolChosen: boolean;
  /**
   * The same sources with the instrument's class and its own settings: these, of a shipped file, just over the class's, of
   * a user's over config/*.json.
   */
  forInstrument(entry: InstrumentEntry): ResolvedConfig;
}

/**
 * Reads all sources, each over the one before: built-in, the shipped profile, the instrument's class, its shipped file, a
 * profile of the user's, config/*.json, an instrument's file of the user's, `--config`, environment, `--set`, options.
 *
 * @throws {ConfigError} With every problem of every source at once.
 */
export function loadConfig(sources: ConfigSources): ResolvedConfig {
  const folders = configFolders(sources.workingFolder);
  const folderLayers = folders
    .flatMap((folder) => settingsFilesOf(folder))
    .map((path) => readFileLayer(path));
  const strongLayers = [
    ...(sources.configFile === undefined
      ? []
      : [readFileLayer(resolve(sources.workingFolder, sources.configFile))]),
    readEnvironmentLayer(sources.environment),
    readAssignmentLayer(sources.assignments ?? []),
    readOptionLayer(sources.options ?? []),
  ];
  const resolveWith = (instrument: InstrumentSettings): ResolvedConfig => {
    const { own, ...shipped } = instrument;
    return merge(
      { ...shipped, rest: [...folderLayers, ...own, ...strongLayers] },
      sources.environment,
      folders,
      sources.workingFolder,
      (entry) => {
        const settings = [readObjectLayer(entry.origin, entry.settings ?? {})];
        const { className, origin } = entry;
        return resolveWith(
          isShipped(origin)
            ? { className, origin, shipped: settings, own: [] }
            : { className, origin, shipped: [], own: settings },
        );
      },
    );
  };
  return resolveWith({ className: undefined, origin: 'built-in', shipped: [], own: [] });
}

/** What an instrument's file adds to the settings. */
interface InstrumentSettings {
  readonly className: string | undefined;
  /** The file, as the origin of its class. */
  readonly origin: string;
  readonly shipped: readonly LayerReading[];
  readonly own: readonly LayerReading[];
}

/** What stands for a choice that nobody made: who has a key of xAI's wants to ask its model. */
function keyedLayer(environment: Environment): Layer {
  const name = XAI_KEYS.find((each) => (environment[each] ?? '').trim() !== '');
  const values = new Map<string, unknown>(name === undefined ? [] : [['brain.provider', 'grok']]);
  return { values, originOf: () => `environment ${name}` };
}

function merge(
  sources: Omit<InstrumentSettings, 'own'> & { readonly rest: readonly LayerReading[] },
  environment: Environment,
  folders: readonly string[],
  workingFolder: string,
  forInstrument: ResolvedConfig['forInstrument'],
): ResolvedConfig {
  const readings = [...sources.shipped, ...sources.rest];
  const problems: ConfigProblem[] = readings.flatMap((reading) => reading.problems);
  const builtIn: Layer = { values: builtInValues(), originOf: () => 'built-in' };
  const keyed = keyedLayer(environment);
  const chooserOf = (key: string): Layer =>
    [builtIn, ...readings.map((reading) => reading.layer)].findLast((layer) =>
      layer.values.has(key),
    ) ?? builtIn;

  const chooser = chooserOf('profile.name');
  const profileName = String(chooser.values.get('profile.name'));
  const profile = findProfile(
    profileName,
    folders,
    workingFolder,
    chooser.originOf('profile.name'),
  );
  problems.push(...profile.problems);

  const values = new Map<string, unknown>();
  const origins = new Map<string, string>();
  const classes = classReadings(sources, chooserOf('instrumentClass'), profile.kind, folders);
  problems.push(...classes.flatMap((reading) => reading.problems));
  const layers = [
    builtIn,
    keyed,
    ...profile.shipped,
    ...[...classes, ...sources.shipped].map((reading) => reading.layer),
    ...profile.own,
    ...sources.rest.map((reading) => reading.layer),
  ];
  for (const layer of layers) {
    for (const [key, value] of layer.values) {
      values.set(key, value);
      origins.set(key, layer.originOf(key));
    }
  }
  values.set('profile.name', basename(profileName, '.json'));
  problems.push(...contradictionsIn(values, origins));
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    config: deepFreeze(configSchema.parse(nested(values))),
    origins,
    isSymbolChosen: origins.get('symbol') !== 'built-in',
    forInstrument,
  };
}

/** Of the class that the settings name, else the instrument's file. */
function classReadings(
  { className, origin }: Pick<InstrumentSettings, 'className' | 'origin'>,
  chooser: Layer,
  kind: 'momentum' | 'breakout',
  folders: readonly string[],
): readonly LayerReading[] {
  const named = chooser.values.get('instrumentClass');
  if (typeof named === 'string')
    return findClass({ name: named, chosenBy: chooser.originOf('instrumentClass'), kind }, folders);
  return className === undefined
    ? []
    : findClass({ name: className, chosenBy: origin, kind }, folders);
}

function settingsFilesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !NOT_SETTINGS.has(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Pairs of which the first may not exceed the second. */
const ORDERED_PAIRS: readonly (readonly [string, string])[] = [
  ['book.wallMinorRatio', 'book.wallMajorRatio'],
  ['tape.mediumTps', 'tape.highTps'],
  ['metrics.testingPct', 'metrics.nearPct'],
  ['metrics.rvolMinSessions', 'metrics.rvolSessions'],
  ['validation.minStop', 'validation.maxStop'],
  ['profile.minStop', 'profile.maxStop'],
  ['profile.shortImbalance', 'profile.longImbalance'],
];

function contradictionsIn(
  values: ReadonlyMap<string, unknown>,
  origins: ReadonlyMap<string, string>,
): readonly ConfigProblem[] {
  return ORDERED_PAIRS.flatMap(([lower, upper]) => {
    const [low, high] = [values.get(lower), values.get(upper)];
    if (typeof low !== 'number' || typeof high !== 'number' || low <= high) return [];
    const isLowerSet = origins.get(lower) !== 'built-in';
    return [
      isLowerSet
        ? {
            where: origins.get(lower) ?? '',
            key: lower,
            found: inWords(low),
            allowed: `at most ${upper}, which is ${high}`,
          }
        : {
            where: origins.get(upper) ?? '',
            key: upper,
            found: inWords(high),
            allowed: `at least ${lower}, which is ${low}`,
          },
    ];
  });
}

function nested(values: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const sections = new Map<string, Record<string, unknown>>();
  for (const section of SECTIONS) {
    const content = {};
    sections.set(section, content);
    result[section] = content;
  }
  for (const key of FIELDS.keys()) {
    if (!values.has(key)) continue;
    const dot = key.indexOf('.');
    if (dot < 0) {
      result[key] = values.get(key);
    } else {
      const content = sections.get(key.slice(0, dot));
      if (content !== undefined) content[key.slice(dot + 1)] = values.get(key);
    }
  }
  return result;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}
