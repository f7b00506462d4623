import { createHash } from 'node:crypto';

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
