import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../platform/json-file.ts';
import type { ConfigProblem } from './config-error.ts';
import { inWords, type LayerReading, readObjectLayer } from './layers.ts';
import { nearestName } from './nearest-name.ts';

/** A file of config/classes: what instruments that trade alike have in common. */
const classSchema = z.strictObject({
  $schema: z.string().optional(),
  class: z.string().min(1),
  about: z.string().min(1).describe('which instruments it is for'),
  rule: z.string().min(1).describe('how its values were chosen'),
  asOf: z.iso.date().describe('the day they were chosen'),
  settings: z.record(z.string(), z.unknown()).describe('settings, as in config/*.json'),
  profiles: z
    .strictObject({
      momentum: z.record(z.string(), z.unknown()).optional(),
      breakout: z.record(z.string(), z.unknown()).optional(),
    })
    .describe('values of the shipped profiles, by their kind'),
  measured: z
    .record(z.string(), z.string().min(1))
    .describe('where each value comes from: the file and the quantile, or why it is an estimate'),
});

/** Which class's values are wanted. */
export interface ClassChoice {
  readonly name: string;
  readonly chosenBy: string;
  readonly kind: 'momentum' | 'breakout';
}

/** Reads a class's settings and its values for a kind of profile, the user's file before the package's. */
export function findClass(
  choice: ClassChoice,
  folders: readonly string[],
): readonly LayerReading[] {
  const { name, chosenBy, kind } = choice;
  const path = folders
    .map((folder) => join(folder, 'classes', `${name}.json`))
    .findLast((candidate) => existsSync(candidate));
  if (path === undefined) {
    const names = classNames(folders);
    const nearest = nearestName(name, names);
    return faulty({
      where: chosenBy,
      key: 'instrumentClass',
      found: inWords(name),
      allowed: names.join(', '),
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
  const file = readJsonFile(path);
  if ('problem' in file)
    return faulty({ where: path, key: '', found: file.problem, allowed: 'a JSON object' });
  const parsed = classSchema.safeParse(file.json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return faulty({
      where: path,
      key: issue?.path.join('.') ?? '',
      found: issue?.message ?? '',
      allowed: Object.keys(classSchema.shape).join(', '),
    });
  }
  const { settings, profiles } = parsed.data;
  return [readObjectLayer(path, settings), readObjectLayer(path, profiles[kind] ?? {}, 'profile.')];
}

function classNames(folders: readonly string[]): string[] {
  const names = folders
    .map((folder) => join(folder, 'classes'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'));
  return [...new Set(names)].sort();
}

function faulty(problem: ConfigProblem): readonly LayerReading[] {
  return [{ layer: { values: new Map(), originOf: () => problem.where }, problems: [problem] }];
}
