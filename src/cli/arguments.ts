import { UsageError } from './usage-error.ts';

/** An option or positional as a command declares it. */
export interface ArgumentSpec {
  readonly type: 'flag' | 'text' | 'list';
  readonly help: string;
  /** What applies when it is not given, in words. */
  readonly otherwise?: string;
  readonly choices?: readonly string[];
}

export type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>;

/** What was given on the command line, by option name. Values are still text. */
export class Arguments {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  flag(name: string): boolean {
    return this.#lastOf(name) === true;
  }

  text(name: string): string | undefined {
    const value = this.#lastOf(name);
    if (value === undefined) return undefined;
    const text = typeof value === 'string' ? value : '';
    if (text === '') throw new UsageError(`--${name}: found nothing, expected a value`);
    return text;
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map(String);
  }

  /** A positional that the command's line demands. */
  required(name: string): string {
    const value = this.#values[name];
    if (typeof value !== 'string' || value === '')
      throw new UsageError(`${name.toUpperCase()} is missing`);
    return value;
  }

  /** A whole number of at least `min`. */
  whole(name: string, min: number): number | undefined {
    return this.parsed(name, `a whole number from ${min}`, (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
      return value !== undefined && value >= min ? value : undefined;
    });
  }

  /** What `parse` makes of the option's text; where it makes nothing, the error says what was expected. */
  parsed<Value>(
    name: string,
    expected: string,
    parse: (text: string) => Value | undefined,
  ): Value | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined)
      throw new UsageError(`--${name}: found "${text}", expected ${expected}`);
    return value;
  }

  /** @throws {UsageError} If two of the named options are given that exclude each other. */
  exclusive(...names: readonly string[]): void {
    const given = names.filter(
      (name) => this.#values[name] !== undefined && this.#values[name] !== false,
    );
    if (given.length > 1) {
      throw new UsageError(`${given.map((name) => `--${name}`).join(' and ')} exclude each other`);
    }
  }

  #lastOf(name: string): unknown {
    const value = this.#values[name];
    return Array.isArray(value) ? (value.at(-1) as unknown) : value;
  }
}
