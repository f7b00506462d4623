// node bin/with-node.mjs bin/build.mjs: compiles src/ to dist/, the book's core to WebAssembly beside it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const CORE = 'src/market/book/core/book-core.ts';
const CORE_FOLDER = 'src/market/book/core';
const CORE_SOURCES = [
  ...readdirSync(join(root, CORE_FOLDER)).map((name) => `${CORE_FOLDER}/${name}`),
  'src/market/book/layout.ts',
  'src/domain/compact-layout.ts',
  'bin/build.mjs',
];
const CORE_OUT = join(root, 'dist/market/book/core/book-core.wasm');

/** Compiles the book's core, unless it is newer than its sources. */
export async function buildCore() {
  const newest = Math.max(...CORE_SOURCES.map((path) => statSync(join(root, path)).mtimeMs));
  if (existsSync(CORE_OUT) && statSync(CORE_OUT).mtimeMs > newest) return;
  // loaded only here: it takes longer than the compilation
  const { default: asc } = await import('assemblyscript/asc');
  const files = new Map();
  const { error, stderr } = await asc.main(
    [CORE, '--outFile', 'core.wasm', '-O3', '--runtime', 'stub', '--noAssert', '--importMemory'],
    {
      readFile: (name) => {
        // the compiler adds the ending that our re-exports already have
        const path = join(root, name.replace(/\.ts\.ts$/, '.ts'));
        return existsSync(path) ? readFileSync(path, 'utf8') : null;
      },
      writeFile: (name, content) => {
        files.set(name, content);
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${CORE} does not compile:\n${stderr.toString()}`, { cause: error });
  mkdirSync(dirname(CORE_OUT), { recursive: true });
  writeFileSync(CORE_OUT, files.get('core.wasm'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const manifest = fileURLToPath(
    new URL('../node_modules/typescript/package.json', import.meta.url),
  );
  const compiler = join(dirname(manifest), 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.json')], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  await buildCore();
}
