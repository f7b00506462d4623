import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root =
  process.env['FSD_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** The path of a file or folder of the shared market data, or `undefined` where this machine has none. */
export function testData(...parts: string[]): string | undefined {
  const path = join(root, ...parts);
  return existsSync(path) ? path : undefined;
}
