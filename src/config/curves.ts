import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CALENDAR_NAMES, type Instrument } from '../domain/instrument.ts';
import { readJsonFile } from '../platform/json-file.ts';
import { ConfigError } from './config-error.ts';
import { inWords } from './layers.ts';
import { nearestName } from './nearest-name.ts';

/** A file of config/curves. */
const curveSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1),
  calendar: z.enum(CALENDAR_NAMES).describe('whose sessions it is of'),
  source: z.string().min(1).describe('what it was made from, and how'),
  unit: z.string(),
  cumulativeShares: z
    .array(z.number().min(0).max(1))
    .min(1)
    .refine((shares) => shares.every((share, index) => share >= (shares[index - 1] ?? 0)), {
      message: 'falls somewhere',
    })
    .describe(
      'share of the session’s volume at the end of each minute after the open, never falling',
    ),
});

/**
 * The intraday curve of a name, the user's before the package's; `null` where it is of another calendar than the
 * instrument's.
 *
 * @throws {ConfigError} If there is no such curve, or its file is none.
 */
export function loadIntradayCurve(
  name: string,
  calendar: Instrument['calendar'],
  folders: readonly string[],
): readonly number[] | null {
  const path = folders
    .map((folder) => join(folder, 'curves', `${name}.json`))
    .findLast((candidate) => existsSync(candidate));
  if (path === undefined) throw unknownCurve(name, folders);
  const file = readJsonFile(path);
  const problem = (key: string, found: string, allowed: string): ConfigError =>
    new ConfigError([{ where: path, key, found, allowed }]);
  if ('problem' in file) throw problem('', file.problem, 'a JSON object');
  const parsed = curveSchema.safeParse(file.json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw problem(
      issue?.path.join('.') ?? '',
      issue?.message ?? '',
      Object.keys(curveSchema.shape).join(', '),
    );
  }
  return parsed.data.calendar === calendar ? parsed.data.cumulativeShares : null;
}

function unknownCurve(name: string, folders: readonly string[]): ConfigError {
  const names = folders
    .map((folder) => join(folder, 'curves'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((each) => each.endsWith('.json'))
    .map((each) => basename(each, '.json'))
    .sort();
  const nearest = nearestName(name, names);
  return new ConfigError([
    {
      where: 'settings',
      key: 'metrics.intradayCurve',
      found: inWords(name),
      allowed: names.join(', '),
      ...(nearest === undefined ? {} : { nearest }),
    },
  ]);
}
