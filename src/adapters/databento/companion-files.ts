import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FeedError } from '../../feeds/port.ts';
import type { DbnMetadata } from './dbn-metadata.ts';
import { DbnStream } from './dbn-stream.ts';

/** What may lie beside events: the instrument's definition, and when it was halted. */
export type SideSchema = 'definition' | 'status';

const ENDING = /\.dbn(?:\.zst)?$/i;
/** The schema in a file's name: `glbx-mdp3-20231225.mbo.dbn.zst`. */
const SCHEMA_IN_NAME = /(?<![a-z0-9])(mbo|trades)(?![a-z0-9])/i;
const NS_PER_UTC_DAY = 86_400_000_000_000n;

/**
 * Definition and status files that lie beside event files and belong to them. Of a file whose name has its schema in it,
 * the one that is named alike with the other schema; where there is none, every file of that schema in the folder (its
 * name has to say so) that is of the same dataset and covers a day of the events. A schema that one of the given files is
 * of is not looked for.
 *
 * @returns Paths, sorted within a schema. None for files without metadata.
 */
export async function findCompanions(
  paths: readonly string[],
  schemas: readonly SideSchema[],
): Promise<readonly string[]> {
  const given = await Promise.all(
    paths.map(async (path) => ({ path, metadata: await metadataOf(path) })),
  );
  const companions: string[] = [];
  for (const schema of schemas) {
    if (given.some(({ metadata }) => metadata?.schema === schema)) continue;
    const found = new Set<string>();
    for (const { path, metadata } of given) {
      if (metadata?.schema !== 'mbo' && metadata?.schema !== 'trades') continue;
      const twin = twinOf(path, schema);
      const candidates = twin === undefined ? await candidatesIn(dirname(path), schema) : [twin];
      for (const candidate of candidates) {
        if (belongs(await metadataOf(candidate), schema, metadata)) found.add(candidate);
      }
    }
    companions.push(...[...found].sort());
  }
  return companions;
}

/** The file that is named as this one, with the other schema. */
function twinOf(path: string, schema: SideSchema): string | undefined {
  const name = basename(path);
  if (!SCHEMA_IN_NAME.test(name)) return undefined;
  const stem = name.replace(SCHEMA_IN_NAME, schema).replace(ENDING, '');
  return ['.dbn.zst', '.dbn']
    .map((ending) => join(dirname(path), `${stem}${ending}`))
    .find((candidate) => existsSync(candidate));
}

async function candidatesIn(folder: string, schema: SideSchema): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => ENDING.test(name) && name.toLowerCase().includes(schema))
    .map((name) => join(folder, name));
}

function belongs(
  candidate: DbnMetadata | undefined,
  schema: SideSchema,
  events: DbnMetadata,
): boolean {
  if (candidate?.schema !== schema || candidate.dataset !== events.dataset) return false;
  // a day's definitions stand at its beginning: days are compared, not moments
  const [firstDay, lastDay] = daysOf(events);
  const [from, to] = daysOf(candidate);
  return from <= lastDay && to >= firstDay;
}

/** First and last UTC day. */
function daysOf({ startNs = 0n, endNs }: DbnMetadata): readonly [bigint, bigint] {
  const last = endNs === undefined || endNs <= startNs ? startNs : endNs - 1n;
  return [startNs / NS_PER_UTC_DAY, last / NS_PER_UTC_DAY];
}

/** `undefined` for what is no sound DBN file: the file itself is refused by whoever reads it, one beside it is left alone. */
async function metadataOf(path: string): Promise<DbnMetadata | undefined> {
  try {
    const stream = await DbnStream.open(path);
    await stream.close();
    return stream.metadata;
  } catch (error) {
    if (error instanceof FeedError) return undefined;
    throw error;
  }
}
