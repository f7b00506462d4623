import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';

const PIECE_BYTES = 1 << 18;

/** A SHA-256 that grows: feed it text, read the digest once at the end. */
export interface RunningHash {
  update(text: string): void;
  /** One that goes on apart from here. */
  copy(): RunningHash;
  /** 64 hex digits. Call once. */
  digest(): string;
}

export function createSha256(): RunningHash {
  return growing(createHash('sha256'));
}

function growing(hash: Hash): RunningHash {
  return {
    update: (text) => void hash.update(text),
    copy: () => growing(hash.copy()),
    digest: () => hash.digest('hex'),
  };
}

/** 64 hex digits of the text's UTF-8 bytes. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** 64 hex digits of a file's bytes. Rejects as reading does. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    // one is hashed while the other is read: fresh memory for every piece would be a hundred megabytes of a day's file
    let reading = file.read(Buffer.allocUnsafeSlow(PIECE_BYTES), 0, PIECE_BYTES, 0);
    let spare = Buffer.allocUnsafeSlow(PIECE_BYTES);
    for (let position = 0; ; ) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return hash.digest('hex');
      position += bytesRead;
      reading = file.read(spare, 0, PIECE_BYTES, position);
      spare = buffer;
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
