import { readFileSync } from 'node:fs';
import type { BookCore } from '../market/book/book-memory.ts';

const FILE = new URL('../../dist/market/book/core/book-core.wasm', import.meta.url);
const FIRST_PAGES = 32;

let compiled: WebAssembly.Module | undefined;

/**
 * A core for one book, compiled from src/market/book/core/ when the program was built.
 *
 * @throws {Error} If the program has not been built.
 */
export function createBookCore(): BookCore {
  compiled ??= new WebAssembly.Module(readFileSync(FILE));
  const memory = new WebAssembly.Memory({ initial: FIRST_PAGES });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return { memory, ...(exports as Omit<BookCore, 'memory'>) };
}
