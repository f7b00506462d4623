/** Exit codes of the program: public specification "screen", "Not on a terminal". */
export const EXIT = {
  done: 0,
  /** A fault of the program itself. */
  failed: 1,
  badUsage: 2,
  badData: 3,
  unreachable: 4,
  halted: 5,
} as const;

const BY_ERROR: Readonly<Record<string, number>> = {
  UsageError: EXIT.badUsage,
  ConfigError: EXIT.badUsage,
  FeedError: EXIT.badData,
  CassetteError: EXIT.badData,
  DayJournalError: EXIT.badData,
  UnreachableError: EXIT.unreachable,
};

/** The code for an error that ended the program; `undefined` for one that nobody foresaw. */
export function exitCodeOf(error: unknown): number | undefined {
  return error instanceof Error ? BY_ERROR[error.name] : undefined;
}
