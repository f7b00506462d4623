import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The launcher that users start. */
export const PROGRAM = join(root, 'bin', 'fsd-tui.js');

/** Compiles src/ to dist/, as `npm run build` does, so that the program under test is this source. */
export function buildProgram(): void {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin',
    'tsc',
  );
  const build = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.json')], {
    encoding: 'utf8',
  });
  if (build.status !== 0) throw new Error(`the build failed:\n${build.stdout}${build.stderr}`);
}

/** Runs the program to its end without a terminal; `script` may start it in the launcher's place. */
export function runProgram(
  args: readonly string[],
  workingFolder: string,
  script = PROGRAM,
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: workingFolder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}
