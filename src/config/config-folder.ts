import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that ships with the program: beside src/ and beside dist/, which lie equally deep. */
export const PACKAGE_CONFIG_FOLDER = fileURLToPath(new URL('../../config', import.meta.url));

/** Whether a configuration file is one of the package's. */
export function isShipped(path: string): boolean {
  return path.startsWith(PACKAGE_CONFIG_FOLDER + sep);
}

/** The configuration folders, weakest first: the package's, then `config` of the working folder where it is another one. */
export function configFolders(workingFolder: string): readonly string[] {
  const own = join(workingFolder, 'config');
  return realPathOf(own) === undefined || realPathOf(own) === realPathOf(PACKAGE_CONFIG_FOLDER)
    ? [PACKAGE_CONFIG_FOLDER]
    : [PACKAGE_CONFIG_FOLDER, own];
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
