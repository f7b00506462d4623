import { stat } from 'node:fs/promises';

/** Size of a file on the disk. */
export async function fileBytesOf(path: string): Promise<number> {
  return (await stat(path)).size;
}
