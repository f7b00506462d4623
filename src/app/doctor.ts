import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ResolvedConfig } from '../config/load-config.ts';
import type { Environment } from '../platform/environment.ts';
import { colorDepthOf } from '../tui/canvas/styles.ts';
import { MIN_SIZE } from '../tui/layout/layout.ts';
import { readKeymap } from './keys.ts';

/** One thing that was looked at. A `problem` keeps the program from working, a `note` is worth knowing. */
export interface Finding {
  readonly name: string;
  readonly state: 'fine' | 'note' | 'problem';
  readonly text: string;
  /** The line that mends it. */
  readonly remedy?: string;
}

/** What is looked into. */
export interface Patient {
  readonly nodeVersion: string;
  readonly environment: Environment;
  readonly workingFolder: string;
  /** The terminal's size; `undefined` where there is none. */
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
  /** Throws with everything that is wrong with the settings. */
  readonly readSettings: () => ResolvedConfig;
  /** The data that a run would play, `undefined` for the demo session. Throws where what is named is not there. */
  readonly findData: (settings: ResolvedConfig) => readonly string[] | undefined;
  /** Looks at the gateway of that mode. */
  readonly examineBroker: (
    settings: ResolvedConfig,
    mode: 'paper' | 'live',
  ) => Promise<readonly Finding[]>;
}

const LEAST_NODE = 22;
const LEAST_FREE_BYTES = 1024 ** 3;

/** The variables that hold a key, by provider; one of them is enough. */
const KEYS: readonly (readonly [provider: string, names: readonly string[]])[] = [
  ['grok', ['XAI_API_KEY', 'GROK_API_KEY']],
  ['openai', ['OPENAI_API_KEY']],
  ['compatible', ['FSD_API_KEY']],
];

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function nodeFinding(version: string): Finding {
  const major = Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);
  if (major >= LEAST_NODE) return { name: 'node', state: 'fine', text: version };
  const text = `${version} is too old`;
  return { name: 'node', state: 'problem', text, remedy: `install Node ${LEAST_NODE} or newer` };
}

function terminalFinding({ size }: Patient): Finding {
  const name = 'terminal';
  if (size === undefined) {
    const remedy = 'start it in a terminal for the screen; without one runs are headless';
    return { name, state: 'note', text: 'none: output is not a terminal', remedy };
  }
  const { columns, rows } = size;
  const isBig = columns >= MIN_SIZE.columns && rows >= MIN_SIZE.rows;
  const text = `${columns} x ${rows}`;
  if (isBig) return { name, state: 'fine', text };
  const remedy = `make it at least ${MIN_SIZE.columns} x ${MIN_SIZE.rows}`;
  return { name, state: 'problem', text: `${text} is too small`, remedy };
}

function colorFinding({ environment }: Patient): Finding {
  const name = 'colors';
  if ((environment['NO_COLOR'] ?? '') !== '')
    return {
      name,
      state: 'note',
      text: 'none, as NO_COLOR says',
      remedy: 'unset NO_COLOR for colors',
    };
  const depth = colorDepthOf(environment);
  if (depth === 'truecolor') return { name, state: 'fine', text: 'true color' };
  const remedy = 'set COLORTERM=truecolor where the terminal has them';
  return { name, state: 'note', text: `${depth} colors`, remedy };
}

function keymapFinding({ workingFolder }: Patient): Finding {
  const name = 'keys';
  try {
    return { name, state: 'fine', text: `${readKeymap(workingFolder).actions.length} actions` };
  } catch (error) {
    const remedy = 'mend config/keymap.json; fsd-tui keys lists actions';
    return { name, state: 'problem', text: messageOf(error), remedy };
  }
}

function dataFinding(patient: Patient, settings: ResolvedConfig): Finding {
  const name = 'data';
  try {
    const found = patient.findData(settings);
    if (found !== undefined) return { name, state: 'fine', text: found.join(', ') };
    const remedy = 'name files by --data or FSD_DATA, or put them into ./BacktestData';
    return { name, state: 'note', text: 'none: the demo session is played', remedy };
  } catch (error) {
    const remedy = 'name a file or folder that is there by FSD_DATA or --data';
    return { name, state: 'problem', text: messageOf(error), remedy };
  }
}

/** Writes a file there and takes it away again. */
async function folderFinding(name: string, folder: string, setting: string): Promise<Finding> {
  const probe = join(folder, `.doctor-${name}`);
  const remedy = `make it writable, or choose another by --set ${setting}=FOLDER`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const text = `${folder}, ${(free / 1e9).toFixed(1)} GB free`;
    if (free >= LEAST_FREE_BYTES) return { name, state: 'fine', text };
    return { name, state: 'problem', text: `${text}: too little`, remedy: 'free a gigabyte there' };
  } catch (error) {
    return { name, state: 'problem', text: `${folder}: ${messageOf(error)}`, remedy };
  }
}

/** Which keys are there; their values are read by nobody here. */
function providerFinding({ environment }: Patient): Finding {
  const there = KEYS.flatMap(([provider, names]) => {
    const name = names.find((each) => (environment[each] ?? '').trim() !== '');
    return name === undefined ? [] : [`${provider} (${name})`];
  });
  const name = 'provider keys';
  if (there.length > 0) return { name, state: 'fine', text: `set: ${there.join(', ')}` };
  const remedy = `set ${KEYS.map(([, [first]]) => first).join(' or ')} for a language model`;
  return { name, state: 'note', text: 'none set: the rules decide', remedy };
}

/** Looks at everything that a run needs. Nothing but a file in the folders is written, and that is taken away again. */
export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const { nodeVersion, workingFolder } = patient;
  const findings = [nodeFinding(nodeVersion), terminalFinding(patient), colorFinding(patient)];
  let settings: ResolvedConfig;
  try {
    settings = patient.readSettings();
  } catch (error) {
    const remedy = 'mend what is named; fsd-tui config show lists all settings';
    const broken: Finding = { name: 'settings', state: 'problem', text: messageOf(error), remedy };
    return [...findings, broken, keymapFinding(patient), providerFinding(patient)];
  }
  const { logs, cache } = settings.config.paths;
  return [
    ...findings,
    { name: 'settings', state: 'fine', text: 'all values are allowed' },
    keymapFinding(patient),
    dataFinding(patient, settings),
    await folderFinding('logs', resolve(workingFolder, logs), 'paths.logs'),
    await folderFinding('cache', resolve(workingFolder, cache), 'paths.cache'),
    providerFinding(patient),
    ...(await patient.examineBroker(settings, 'paper')),
    ...(await patient.examineBroker(settings, 'live')),
  ];
}
