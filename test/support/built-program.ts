import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The launcher that users start. */
export const PROGRAM = join(root, 'bin', 'fsd-tui.js');

/** Bundles src/ to dist/, as `npm run build` does, so that the program under test is this source. */
export function buildProgram(): void {
  const build = spawnSync(process.execPath, [join(root, 'bin', 'build.mjs')], { encoding: 'utf8' });
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
