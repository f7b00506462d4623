/**
 * The chain of a journal: each entry and each document carries the SHA-256 over the hash before it and its own text, so that a
 * byte that was changed, a row that was taken out and one that was put in show at that place.
 *
 * The hash needs no key: whoever can write the file can also make a new chain. It finds damage and careless hands; against
 * somebody who forges a whole journal only a copy of its last hash helps that is kept elsewhere.
 */

/** 64 hex digits of a text's UTF-8 bytes. */
export type TextDigest = (text: string) => string;

/** What the first link follows on. */
export const CHAIN_START = '0'.repeat(64);

/** The hash after an entry; `body` is its text as stored. */
export function linkEntry(
  digest: TextDigest,
  before: string,
  entry: {
    readonly sequence: number;
    readonly ts: number;
    readonly type: string;
    readonly body: string;
  },
): string {
  return digest(`${before}\nentry ${entry.sequence} ${entry.ts} ${entry.type}\n${entry.body}`);
}

/** The hash after a document: what is kept beside the entries, like the run's result. */
export function linkDocument(
  digest: TextDigest,
  before: string,
  document: { readonly name: string; readonly body: string },
): string {
  return digest(`${before}\ndocument ${document.name}\n${document.body}`);
}
