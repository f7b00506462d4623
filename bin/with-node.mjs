// node bin/with-node.mjs TOOL [ARGUMENTS…]: runs a development tool on a Node that is new enough, whatever started us.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { become, bundledNode, isNewEnough } from './node-runtime.js';

const executable = isNewEnough() ? process.execPath : bundledNode();
if (!executable) {
  console.error('Node.js 24 is needed and the bundled one is not installed. Run: npm ci');
  process.exit(1);
}

/** Where a tool's script is, by its package: npm 10 may not link it in .bin. */
function scriptOf(tool) {
  const owner = { tsc: 'typescript', biome: '@biomejs/biome' }[tool] ?? tool;
  const manifest = fileURLToPath(new URL(`../node_modules/${owner}/package.json`, import.meta.url));
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[tool]);
}

const [tool, ...args] = process.argv.slice(2);
const file = existsSync(resolve(tool)) ? resolve(tool) : scriptOf(tool);
become(executable, [file, ...args], {
  ...process.env,
  PATH: dirname(executable) + delimiter + (process.env.PATH ?? ''),
});
