/** A broker or provider that cannot be reached: who, why, and what works instead. The program ends with exit code 4. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}
