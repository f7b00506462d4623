/** One thing wrong with the settings. */
export interface ConfigProblem {
  /** A file, `environment` or `--set`. */
  readonly where: string;
  /** The key as it was written; empty when the whole source is meant. */
  readonly key: string;
  readonly found: string;
  readonly allowed: string;
  /** The nearest known name, of a key that is not known. */
  readonly nearest?: string;
}

/** Settings that cannot be used, with everything that is wrong with them. The program ends with exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(lineOf).join('\n'));
    this.problems = problems;
  }
}

function lineOf({ where, key, found, allowed, nearest }: ConfigProblem): string {
  const place = key === '' ? where : `${where}: ${key}`;
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  return `${place}: found ${found}, allowed: ${allowed}${hint}`;
}
