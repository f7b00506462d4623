import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ConfigProblem } from './config-error.ts';
import { PACKAGE_CONFIG_FOLDER } from './config-folder.ts';
import { inWords, type Layer, readFileLayer } from './layers.ts';
import { nearestName } from './nearest-name.ts';

/** A profile's settings, or why there are none. */
export interface ProfileReading {
  /** The package's, weaker than an instrument's class; and the user's own, stronger. */
  readonly shipped: readonly Layer[];
  readonly own: readonly Layer[];
  readonly kind: 'momentum' | 'breakout';
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads the profile `name`: config/profiles/NAME.json, the user's before the package's, or the file that it names.
 * What a file leaves out is as in the shipped profile of its kind (momentum where it tells none).
 */
export function findProfile(
  name: string,
  folders: readonly string[],
  workingFolder: string,
  chosenBy: string,
): ProfileReading {
  const path = /[/\\]|\.json$/.test(name)
    ? resolve(workingFolder, name)
    : folders
        .map((folder) => join(folder, 'profiles', `${name}.json`))
        .findLast((candidate) => existsSync(candidate));
  if (path === undefined || !existsSync(path)) {
    const names = profileNames(folders);
    const nearest = nearestName(name, names);
    return {
      shipped: [],
      own: [],
      kind: 'momentum',
      problems: [
        {
          where: chosenBy,
          key: 'profile.name',
          found: inWords(name),
          allowed: `${names.join(', ')}, or a JSON file`,
          ...(nearest === undefined ? {} : { nearest }),
        },
      ],
    };
  }
  const own = readFileLayer(path, 'profile.');
  const kind = own.layer.values.get('profile.kind') === 'breakout' ? 'breakout' : 'momentum';
  const shippedPath = join(PACKAGE_CONFIG_FOLDER, 'profiles', `${kind}.json`);
  if (shippedPath === path) return { shipped: [own.layer], own: [], kind, problems: own.problems };
  const shipped = readFileLayer(shippedPath, 'profile.');
  return {
    shipped: [shipped.layer],
    own: [own.layer],
    kind,
    problems: [...shipped.problems, ...own.problems],
  };
}

function profileNames(folders: readonly string[]): string[] {
  const names = folders
    .map((folder) => join(folder, 'profiles'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'));
  return [...new Set(names)].sort();
}
