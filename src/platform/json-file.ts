import { readFileSync } from 'node:fs';

/** Reads a JSON file, or says in words why that is impossible. */
export function readJsonFile(
  path: string,
): { readonly json: unknown } | { readonly problem: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { problem: isMissing ? 'no such file' : wordsOf(error) };
  }
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return { problem: `no JSON (${wordsOf(error)})` };
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
