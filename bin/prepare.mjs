// npm runs this after an install. A production install has no bundler and keeps the dist/ that it was shipped with.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

try {
  createRequire(import.meta.url).resolve('rolldown/package.json');
} catch {
  process.exit(0);
}
const build = spawnSync(process.execPath, ['bin/with-node.mjs', 'bin/build.mjs'], {
  stdio: 'inherit',
});
process.exit(build.status ?? 1);
