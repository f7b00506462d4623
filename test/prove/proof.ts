/** What a proof was asked for. */
export interface ProofOptions {
  /** How much is tried: of planted events, of orders, of crashes; each proof says what it counts. */
  readonly count: number;
  readonly seed: number;
  /** The one of them that is to be tried alone, by its number; of proofs that number them. */
  readonly only?: number;
  /** Only tells what there is, with its outcome; of proofs that have a table. */
  readonly lists?: boolean;
  /** Takes a line for people. */
  readonly say: (line: string) => void;
}

/** How a proof ended: printed as one JSON object in the last line. */
export interface ProofResult {
  /** Invariants that did not hold; the exit code is 1 when there are any. */
  readonly violations: number;
  readonly [figure: string]: unknown;
}

export type Proof = (options: ProofOptions) => Promise<ProofResult> | ProofResult;

/** Collects what did not hold: all of it is counted, the first few are told. */
export class Violations {
  count = 0;
  readonly #say: (line: string) => void;
  readonly #most: number;

  constructor(say: (line: string) => void, most = 20) {
    this.#say = say;
    this.#most = most;
  }

  /** Compares by value, as JSON tells it. */
  expectEqual(what: string, found: unknown, expected: unknown): boolean {
    const [left, right] = [textOf(found), textOf(expected)];
    if (left === right) return true;
    this.note(`${what}: found ${left}, expected ${right}`);
    return false;
  }

  note(text: string): void {
    this.count += 1;
    if (this.count <= this.#most) this.#say(`VIOLATION ${text}`);
  }
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'bigint' ? `${member}n` : Object.is(member, -0) ? 0 : member,
  );
  return text ?? 'undefined';
}
