import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** A SHA-256 that grows: feed it text, read the digest once at the end. */
export interface RunningHash {
  update(text: string): void;
  /** 64 hex digits. Call once. */
  digest(): string;
}

export function createSha256(): RunningHash {
  const hash = createHash('sha256');
  return {
    update: (text) => void hash.update(text),
    digest: () => hash.digest('hex'),
  };
}

/** 64 hex digits of the text's UTF-8 bytes. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** 64 hex digits of a file's bytes, read as a stream. Rejects as reading does. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
