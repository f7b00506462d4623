// node bin/with-node.mjs bin/build.mjs: bundles src/ to dist/, the book's core as WebAssembly beside it.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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
async function buildCore() {
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
  put('market/book/core/book-core.wasm', files.get('core.wasm'));
  // newer than its sources, also where it is the same
  const now = new Date();
  utimesSync(CORE_OUT, now, now);
}

/** The programs: the command line, the engine's thread, the guard. What else is loaded later gets files of its own. */
const PROGRAMS = {
  'cli/main': 'src/cli/main.ts',
  'app/engine-thread': 'src/app/engine-thread.ts',
  'app/guard-process': 'src/app/guard/guard-process.ts',
};
/** Loaded with `require` where a chart is drawn, by a name that is no import. */
const NOT_BUNDLED = [/^node:/, 'react-devtools-core'];

/** Measures as the screen draws: what Ink lays out here are cells. The library looks every sign up, a fifth of a start. */
const CELL_WIDTH = {
  name: 'cell-width',
  resolveId: (id) => (id === 'string-width' ? '\0cell-width' : null),
  load: (id) =>
    id === '\0cell-width'
      ? `export { cellWidth as default } from ${JSON.stringify(join(root, 'src/tui/canvas/cell-width.ts'))};`
      : null,
};

/** Lets Ink's layout engine, which carries its binary along, decode that itself: fetching it loads a whole HTTP client. */
const NO_FETCH = {
  name: 'no-fetch',
  transform(code, id) {
    if (!id.endsWith('yoga-wasm-base64-esm.js')) return null;
    const parts = code.split('"function"!=typeof fetch');
    if (parts.length !== 3) throw new Error(`${id} fetches its binary in another way now`);
    return { code: parts.join('true'), map: { mappings: '' } };
  },
};

/**
 * Bundles src/ and the libraries that it imports: a program of some twenty files starts in half the time that one of four
 * hundred takes. Types are checked elsewhere.
 */
async function buildPrograms() {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    cwd: root,
    input: PROGRAMS,
    platform: 'node',
    external: NOT_BUNDLED,
    plugins: [CELL_WIDTH, NO_FETCH],
    transform: {
      define: {
        'process.env.NODE_ENV': '"production"',
        // the broker's library looks from there for settings that it does not ship: below a file there are none
        __dirname: 'import.meta.filename',
      },
    },
  });
  const { output } = await bundle.generate({
    dir: join(root, 'dist'),
    format: 'esm',
    sourcemap: true,
    sourcemapExcludeSources: true,
    minify: { compress: true, mangle: false, codegen: true },
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await bundle.close();
  for (const file of output) put(file.fileName, file.type === 'chunk' ? file.code : file.source);
  put('LICENSES.txt', licensesOf(output));
  // what an earlier build left of files that are named by their content
  const names = new Set(output.map(({ fileName }) => fileName));
  for (const name of readdirSync(join(root, 'dist/chunks')))
    if (!names.has(`chunks/${name}`)) rmSync(join(root, 'dist/chunks', name));
}

/** Puts a file into dist/ as a whole, unless it is there: a program may be starting from it at this moment. */
function put(name, content) {
  const path = join(root, 'dist', name);
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

/** The licenses of the libraries in a bundle, which have to go where their code goes. */
function licensesOf(output) {
  const folders = new Set();
  for (const { moduleIds = [] } of output)
    for (const id of moduleIds) {
      const folder = /^.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0];
      if (folder !== undefined) folders.add(folder);
    }
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
    return `${name} ${version}, ${license}\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** Makes all of dist/. */
export async function buildAll() {
  await buildPrograms();
  await buildCore();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
