import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { configFolders } from '../config/config-folder.ts';
import { readJsonFile } from '../platform/json-file.ts';
import { keyTable, renderKeyTable } from '../tui/keymap/key-table.ts';
import { DEFAULT_KEYMAP, type Keymap, parseKeymap } from '../tui/keymap/keymap.ts';

/**
 * The keys as the user has bound them: keymap.json of the working folder's config, else the package's.
 *
 * @throws {ConfigError} With everything that is wrong with the file.
 */
export function readKeymap(workingFolder: string): Keymap {
  const path = configFolders(workingFolder)
    .map((folder) => join(folder, 'keymap.json'))
    .findLast((each) => existsSync(each));
  if (path === undefined) return DEFAULT_KEYMAP;
  const file = readJsonFile(path);
  const parsed = 'problem' in file ? { errors: [file.problem] } : parseKeymap(file.json);
  if ('keymap' in parsed) return parsed.keymap;
  throw new ConfigError(
    parsed.errors.map((found) => ({
      where: path,
      key: '',
      found,
      allowed: '{"bindings": {"ACTION": ["KEY", …]}} as fsd-tui keys lists them',
    })),
  );
}

/** The key table as text for people, or as JSON. */
export function renderKeys(keymap: Keymap, format: 'text' | 'json'): string {
  return format === 'json'
    ? `${JSON.stringify(keyTable(keymap), null, 2)}\n`
    : renderKeyTable(keymap);
}
