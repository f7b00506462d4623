/** A journal that cannot be written: a full or read-only disk, a damaged file. What it was given it keeps, and tries again. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}
