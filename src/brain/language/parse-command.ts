import type { Denial } from '../../domain/decision.ts';
import type { RawCall } from '../port.ts';

/**
 * What stands in an answer of the command language. `code` says why no command may be judged, as gate 1 and the table before
 * it name it; with `null` there is one call, whose arguments gate 1 has yet to see.
 */
export interface ParsedCommand {
  /** What stood before `</think>`, unread; `null` where there was none. */
  readonly think: string | null;
  readonly calls: readonly RawCall[];
  readonly code: 'CUT_OFF' | 'NO_CALL' | 'MANY_CALLS' | 'UNKNOWN_TOOL' | 'BAD_ARGUMENTS' | null;
  readonly figures: Denial['figures'] | null;
}

const THINK = '<think>';
const THINK_END = '</think>';
/** A plain decimal, as JSON has it but without exponent and sign. */
const PRICE = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;
/** What ends a line, or moves about in it: no arguments go over it. */
const NOT_OF_A_LINE = /(?!\t)[\p{Cc}\u2028\u2029]/u;
const MOST_SHOWN = 100;
const NEVER_CLOSED: ParsedCommand = Object.freeze({
  think: null,
  calls: [],
  code: 'CUT_OFF',
  figures: { reason: 'think never closed' },
});

/** A name, a parenthesis, what is between, a parenthesis: the shape of every command. */
interface Shaped {
  readonly name: string;
  readonly inside: string;
}

/**
 * Reads an answer of the command language (spec "decisions", Tools): an optional `<think>…</think>`, whose opening may be
 * missing, then exactly one command with nothing but blanks around it. Never guesses: whatever else stands there is no command.
 *
 * A thought stands before the command: one that is begun and never closed makes the whole answer a part of it, while the same
 * characters inside a command's reason are a word of that reason.
 *
 * @param size What an entry buys or sells: the language does not tell it.
 */
export function parseCommand(text: string, size: number): ParsedCommand {
  const start = text.indexOf(THINK);
  const isOpened = start >= 0 && trimBlanks(text.slice(0, start)) === '';
  const end = text.indexOf(THINK_END, isOpened ? start : 0);
  if (end < 0) return isOpened ? NEVER_CLOSED : { think: null, ...parseRest(text, size) };
  if (!isOpened && start >= 0 && start < end)
    return { think: null, calls: [], code: 'NO_CALL', figures: shown(text) };
  const think = text.slice(isOpened ? start + THINK.length : 0, end);
  return { think, ...parseRest(text.slice(end + THINK_END.length), size) };
}

function parseRest(rest: string, size: number): Omit<ParsedCommand, 'think'> {
  const shapes = shapesIn(rest);
  if (shapes === undefined && rest.lastIndexOf(THINK) > rest.lastIndexOf(THINK_END))
    return NEVER_CLOSED;
  if (shapes === undefined || shapes.length === 0)
    return { calls: [], code: 'NO_CALL', figures: shown(rest) };
  const [shape] = shapes;
  if (shape === undefined || shapes.length > 1) {
    const calls = shapes.map(({ name, inside }) => ({ tool: name, arguments: inside }));
    return { calls, code: 'MANY_CALLS', figures: { calls: shapes.length } };
  }
  return parseShape(shape, size);
}

function parseShape({ name, inside }: Shaped, size: number): Omit<ParsedCommand, 'think'> {
  const isBroken = NOT_OF_A_LINE.test(inside);
  const entry = ENTRIES.get(name);
  const update = UPDATES.get(name);
  if (entry !== undefined) {
    const prices = pricesIn(inside, 3);
    const [limit_price, stop_loss, profit_target] = prices ?? [];
    if (prices === undefined || isBroken) return unfit(entry, inside, 'three plain decimal prices');
    return call(entry, {
      limit_price,
      stop_loss,
      profit_target,
      size,
      conviction: null,
      reasoning: '',
    });
  }
  if (update !== undefined) {
    const prices = pricesIn(inside, 1);
    if (prices === undefined || isBroken) return unfit(update, inside, 'one plain decimal price');
    return call(update, { new_price: prices[0], reasoning: '' });
  }
  if (name === 'EXIT' || name === 'WAIT') {
    const tool = name === 'EXIT' ? 'exit_position' : 'wait';
    const reasoning = trimBlanks(inside);
    if (reasoning === '' || isBroken) return unfit(tool, inside, 'a reason of one line');
    return call(tool, { reasoning });
  }
  if (name === 'CANCEL_ALL') {
    if (trimBlanks(inside) !== '' || isBroken) return unfit('cancel_all', inside, 'no arguments');
    return call('cancel_all', { reasoning: '' });
  }
  const tool = name.slice(0, MOST_SHOWN);
  return { calls: [{ tool: name, arguments: inside }], code: 'UNKNOWN_TOOL', figures: { tool } };
}

const ENTRIES: ReadonlyMap<string, string> = new Map([
  ['ENTER_LONG', 'enter_long'],
  ['ENTER_SHORT', 'enter_short'],
]);
const UPDATES: ReadonlyMap<string, string> = new Map([
  ['UPDATE_STOP', 'update_stop'],
  ['UPDATE_TARGET', 'update_target'],
]);

function call(tool: string, args: unknown): Omit<ParsedCommand, 'think'> {
  return { calls: [{ tool, arguments: args }], code: null, figures: null };
}

function unfit(tool: string, inside: string, expected: string): Omit<ParsedCommand, 'think'> {
  return {
    calls: [{ tool, arguments: inside }],
    code: 'BAD_ARGUMENTS',
    figures: { problem: `expected ${expected}` },
  };
}

/** The shapes that a text is made of, or `undefined` where anything but blanks stands beside them. */
function shapesIn(text: string): readonly Shaped[] | undefined {
  const shapes: Shaped[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const open = text.indexOf('(', at);
    const close = open < 0 ? -1 : text.indexOf(')', open);
    if (close < 0) return undefined;
    const name = text.slice(at, open);
    const inside = text.slice(open + 1, close);
    if (!isName(name) || inside.includes('(')) return undefined;
    shapes.push({ name, inside });
    at = skipBlanks(text, close + 1);
  }
  return shapes;
}

function pricesIn(inside: string, count: number): readonly number[] | undefined {
  const parts = inside.split(',');
  if (parts.length !== count) return undefined;
  const texts = parts.map(trimBlanks);
  return texts.every((each) => PRICE.test(each)) ? texts.map(Number) : undefined;
}

function isName(text: string): boolean {
  return text.length <= MOST_SHOWN && /^[A-Za-z_]\w*$/.test(text);
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function trimBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(skipBlanks(text, 0), end);
}

/** Blank, tab, carriage return, line feed: no other character looks like nothing and means it. */
function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0d || unit === 0x0a;
}

function shown(text: string): Denial['figures'] {
  return { text: trimBlanks(text).slice(0, MOST_SHOWN) };
}
