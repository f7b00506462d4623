import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuardControl, GuardOptions } from './guard-port.ts';

/** Where a guard says how it is reached, as long as it lives. */
export function guardFileOf(
  logFolder: string,
  { port, orderClientId }: Pick<GuardOptions, 'port' | 'orderClientId'>,
): string {
  return join(logFolder, `guard-${port}-${orderClientId}.json`);
}

/** How the guard of a gateway's client is reached; `undefined` where none has said so. It may have died since. */
export async function findGuard(
  logFolder: string,
  client: Pick<GuardOptions, 'port' | 'orderClientId'>,
): Promise<GuardControl | undefined> {
  try {
    return JSON.parse(await readFile(guardFileOf(logFolder, client), 'utf8')) as GuardControl;
  } catch {
    return undefined;
  }
}
