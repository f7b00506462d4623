import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What was measured on: nothing that tells whose machine it is. */
export interface Machine {
  /** Eight hex digits of what follows, the same for machines that are alike. */
  readonly id: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
}

export function thisMachine(): Machine {
  const facts = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
  };
  const id = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 8);
  return { id, ...facts };
}

/** The commit that is measured; with a `+` when src/ differs from it. `null` outside a checkout. */
export function thisCommit(): string | null {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const changes = git('status', '--porcelain', '--', 'src', 'config');
    return git('rev-parse', '--short=12', 'HEAD').trim() + (changes === '' ? '' : '+');
  } catch {
    return null;
  }
}
