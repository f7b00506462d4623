import { buildAll } from '../../bin/build.mjs';

/** Before all tests: dist/, the program that some of them start, is that of the sources. */
export async function setup(): Promise<void> {
  await buildAll();
}
