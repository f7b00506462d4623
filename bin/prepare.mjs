// npm runs this after an install. A production install has no compiler and keeps the dist/ that it was shipped with.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

try {
  createRequire(import.meta.url).resolve('typescript/package.json');
} catch {
  process.exit(0);
}
const build = spawnSync(process.execPath, ['bin/with-node.mjs', 'bin/build.mjs'], {
  stdio: 'inherit',
});
process.exit(build.status ?? 1);
