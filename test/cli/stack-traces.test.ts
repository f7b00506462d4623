import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const MAPPER = new URL('../../bin/stack-traces.js', import.meta.url).href;

/** What a script in a folder with `map` beside it says of an error's stack. */
function stackOf(map: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'stack-traces-'));
  const script = join(folder, 'chunk.js');
  try {
    writeFileSync(script, "export const told = () => new Error('no luck').stack;\n");
    if (map !== undefined) writeFileSync(`${script}.map`, map);
    const program = `const { mapStackTraces } = await import('${MAPPER}'); mapStackTraces();
      console.log((await import('${pathToFileURL(script).href}')).told());`;
    const args = ['--input-type=module', '-e', program];
    return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.replaceAll(
      pathToFileURL(folder).href,
      '',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a stack names the source that a script was made from', () => {
  // column 26 of the script, where the error is made, is line 7, column 3 of the source
  const map = { version: 3, sources: ['../src/luck.ts'], names: [], mappings: '0BAMG' };
  const [first, second] = stackOf(JSON.stringify(map)).split('\n');
  expect(first).toBe('Error: no luck');
  expect(second).toMatch(/at .*\/src\/luck\.ts:7:4/);
});

test('a stack is told as it is where there is no map, or one that cannot be read', () => {
  expect(stackOf(undefined)).toContain('/chunk.js:1:27');
  expect(stackOf('no map')).toContain('/chunk.js:1:27');
});
