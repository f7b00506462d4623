import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProfileSettings } from '../domain/settings.ts';
import { sha256Of } from '../platform/sha256.ts';
import { ConfigError } from './config-error.ts';
import { inWords } from './layers.ts';
import { nearestName } from './nearest-name.ts';

/** A prompt file, as it is on the disk: its figures are not filled in. */
export interface PromptFile {
  /** `momentum.v1` of config/prompts/momentum.v1.md. */
  readonly name: string;
  readonly text: string;
  /** 64 hex digits over the file's text: the prompt's version in every line of the decision log. */
  readonly sha256: string;
}

const ENDING = '.md';

/** The prompt that goes with a kind of profile when none is named. */
const PROMPTS: Readonly<Record<ProfileSettings['kind'], string>> = {
  momentum: 'momentum.v1',
  breakout: 'breakout.v1',
};

/**
 * Reads config/prompts/NAME.md, the user's before the package's.
 *
 * @param name `null`: the one of the profile's kind.
 * @throws {ConfigError} If there is no such file.
 */
export function loadPrompt(
  name: string | null,
  kind: ProfileSettings['kind'],
  folders: readonly string[],
): PromptFile {
  const wanted = name ?? PROMPTS[kind];
  const path = folders
    .map((folder) => join(folder, 'prompts', `${wanted}${ENDING}`))
    .findLast((candidate) => existsSync(candidate));
  if (path === undefined) {
    const names = promptNames(folders);
    const nearest = nearestName(wanted, names);
    throw new ConfigError([
      {
        where: 'settings',
        key: 'brain.prompt',
        found: inWords(wanted),
        allowed: names.join(', '),
        ...(nearest === undefined ? {} : { nearest }),
      },
    ]);
  }
  const text = readFileSync(path, 'utf8');
  return { name: wanted, text, sha256: sha256Of(text) };
}

function promptNames(folders: readonly string[]): readonly string[] {
  const names = folders
    .map((folder) => join(folder, 'prompts'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((file) => file.endsWith(ENDING))
    .map((file) => basename(file, ENDING));
  return [...new Set(names)].sort();
}
