import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256OfFile } from '../../src/platform/sha256.ts';
import { PROGRAM } from '../support/built-program.ts';

/** A generated day on the disk. */
export interface BenchDay {
  readonly path: string;
  /** Of the file; results are compared for equal days only. */
  readonly sha256: string;
}

/** Where days and streams are kept between runs; whoever wants another place sets TMPDIR. */
export function cacheFolder(): string {
  const folder = join(tmpdir(), 'fsd-bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** What the generator is made of: another generator, other files. */
function generatorDigest(): string {
  const hash = createHash('sha256');
  const source = fileURLToPath(new URL('../../src/', import.meta.url));
  const generated = join(source, 'simulation', 'generated');
  const files = readdirSync(generated);
  for (const name of files.sort()) hash.update(readFileSync(join(generated, name)));
  hash.update(readFileSync(join(source, 'app', 'data-generate.ts')));
  return hash.digest('hex').slice(0, 12);
}

/** The day of so many events, made by the program's own `data generate` where it is not there yet. */
export async function benchDay(events: number, ending: 'dbn' | 'dbn.zst'): Promise<BenchDay> {
  const path = join(cacheFolder(), `day-${generatorDigest()}-${events}.${ending}`);
  if (!existsSync(path)) {
    process.stderr.write(`generating ${events.toLocaleString('en-US')} events (.${ending})\n`);
    const args = [PROGRAM, 'data', 'generate', '--out', path, '--events', String(events), '--json'];
    const made = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`data generate failed:\n${made.stderr}`);
  }
  const digestPath = `${path}.sha256`;
  if (!existsSync(digestPath)) writeFileSync(digestPath, await sha256OfFile(path));
  return { path, sha256: readFileSync(digestPath, 'utf8') };
}
