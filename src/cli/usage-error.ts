/** A command line that cannot be followed: what is wrong with it, and what would be right. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
