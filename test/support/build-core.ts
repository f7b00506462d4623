import { buildCore } from '../../bin/build.mjs';

/** Before all tests: the book's core is that of the sources. */
export async function setup(): Promise<void> {
  await buildCore();
}
