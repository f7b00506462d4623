import type { FuzzedAnswer } from './fuzzed-answer.ts';

/** Where the market and we stand when an answer takes effect. Prices in whole cents. */
export interface Situation {
  readonly bid: number;
  readonly ask: number;
  readonly position: number;
  readonly hasEntry: boolean;
  /** Of the working stop; `null` where there is none. */
  readonly stop: number | null;
  /** Since the snapshot: age in ms, and how far LAST moved, cents. */
  readonly ageMs: number;
  readonly moved: number;
}

/** What an answer may do; `null`: nothing but wait. */
export interface Permitted {
  readonly tool: string;
  /** Limit, stop, target of an entry, or the new price of an update, in whole cents; none of the others. */
  readonly cents: readonly number[];
  readonly size: number | null;
}

type Fields = Readonly<Record<string, unknown>>;

const ENTRY = ['conviction', 'limit_price', 'profit_target', 'reasoning', 'size', 'stop_loss'];
const COMMANDS: Readonly<Record<string, string>> = {
  ENTER_LONG: 'enter_long',
  ENTER_SHORT: 'enter_short',
  UPDATE_STOP: 'update_stop',
  UPDATE_TARGET: 'update_target',
  EXIT: 'exit_position',
  CANCEL_ALL: 'cancel_all',
  WAIT: 'wait',
};
/** Of the shipped settings. */
const SIZE = 100;
const MOST_POSITION = 100;

/**
 * A second reading of the public specification, for the shipped settings: what an answer's body may do, from its text alone. It
 * shares nothing with the program's own parsing and gates.
 */
export function permitted(answer: FuzzedAnswer, situation: Situation): Permitted | null {
  let body: unknown;
  try {
    body = JSON.parse(answer.body);
  } catch {
    return null;
  }
  if (!isFields(body)) return null;
  const said = answer.api === 'chat' ? saidInChat(body) : saidInResponse(body);
  if (said === null) return null;
  const call = answer.answers === 'tools' ? onlyCall(said) : command(said.text);
  return call === null ? null : judge(call, situation);
}

interface Said {
  readonly text: string;
  readonly calls: readonly { readonly name: unknown; readonly args: unknown }[];
}

interface Call {
  readonly name: string;
  readonly args: Fields;
  /** A command tells no reason and no conviction. */
  readonly isCommand: boolean;
}

/** One whole choice, neither cut off nor refused. */
function saidInChat(body: Fields): Said | null {
  const { choices } = body;
  if (!Array.isArray(choices) || choices.length !== 1) return null;
  const [choice] = choices as unknown[];
  if (!isFields(choice) || !isFields(choice['message'])) return null;
  const { message, finish_reason: end } = choice;
  if (end !== 'stop' && end !== 'tool_calls') return null;
  const { refusal, content, tool_calls: calls = [] } = message as Fields;
  if (typeof refusal === 'string' && refusal !== '') return null;
  return {
    text: typeof content === 'string' ? content : '',
    calls: (Array.isArray(calls) ? calls : []).map((call: unknown) => {
      const made = isFields(call) && isFields(call['function']) ? call['function'] : {};
      return { name: made['name'], args: made['arguments'] };
    }),
  };
}

function saidInResponse(body: Fields): Said | null {
  const { status, output } = body;
  if (status !== 'completed' || !Array.isArray(output)) return null;
  const texts: string[] = [];
  const calls: Said['calls'][number][] = [];
  for (const item of output as unknown[]) {
    if (!isFields(item) || item['status'] === 'incomplete') return null;
    if (item['type'] === 'function_call')
      calls.push({ name: item['name'], args: item['arguments'] });
    if (item['type'] !== 'message') continue;
    const { content } = item;
    for (const part of (Array.isArray(content) ? content : []) as unknown[]) {
      if (!isFields(part)) continue;
      if (part['type'] === 'refusal') return null;
      if (part['type'] === 'output_text' && typeof part['text'] === 'string')
        texts.push(part['text']);
    }
  }
  return { text: texts.join(''), calls };
}

function onlyCall({ text, calls }: Said): Call | null {
  const [call] = calls;
  if (call === undefined || calls.length !== 1) return null;
  if (/<think>(?![\s\S]*<\/think>)/.test(text)) return null;
  const args = typeof call.args === 'string' ? parsed(call.args) : call.args;
  if (typeof call.name !== 'string' || !isFields(args)) return null;
  return { name: call.name, args, isCommand: false };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (!isFields(value)) return null;
    // written out again it is as long as before, unless something stood twice
    const names = text.match(/"(?:[^"\\]|\\.)*"\s*:/g) ?? [];
    const isTwice = new Set(names.map((name) => name.replace(/\s*:$/, ''))).size < names.length;
    return isTwice ? null : value;
  } catch {
    return null;
  }
}

function command(text: string): Call | null {
  const [thought] = /^[\s\S]*?<\/think>/.exec(text) ?? [''];
  // what is begun has to be closed; its beginning may be missing, but nothing stands before it
  if (thought === '' && bare(text).startsWith('<think>')) return null;
  if (thought.includes('<think>') && !bare(thought).startsWith('<think>')) return null;
  const rest = text.slice(thought.length);
  const match = /^[ \t\r\n]*([A-Z_]+)\(([^()]*)\)[ \t\r\n]*$/.exec(rest);
  const [, word = '', inside = ''] = match ?? [];
  const name = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (name === undefined) return null;
  const args = commandArguments(name, inside);
  return args === null ? null : { name, args, isCommand: true };
}

function commandArguments(name: string, inside: string): Fields | null {
  const texts = inside.split(',').map(bare);
  const isPrices = texts.every((part) => /^(0|[1-9]\d*)(\.\d+)?$/.test(part));
  const [limit_price, stop_loss, profit_target] = texts.map(Number);
  if (name.startsWith('enter_'))
    return isPrices && texts.length === 3
      ? { limit_price, stop_loss, profit_target, size: SIZE }
      : null;
  if (name.startsWith('update_'))
    return isPrices && texts.length === 1 ? { new_price: limit_price } : null;
  if (name === 'cancel_all') return bare(inside) === '' ? {} : null;
  // a line holds no character that moves the pen
  return bare(inside) === '' || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(bare(inside)) ? null : {};
}

/** Without blanks around it: blank, tab and the two line ends, and no other. */
function bare(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

function judge({ name, args, isCommand }: Call, situation: Situation): Permitted | null {
  const { position, hasEntry, ageMs, moved } = situation;
  if (!isCommand && !hasExactly(name, args)) return null;
  // a wait does nothing, and is as good as none
  if (name === 'wait' || ageMs > 5000 || moved > 15) return null;
  const sign = Math.sign(position);
  switch (name) {
    case 'enter_long':
    case 'enter_short':
      return position !== 0 || hasEntry ? null : judgeEntry(name, args, situation, isCommand);
    case 'update_stop':
    case 'update_target': {
      const price = centsOf(args['new_price']);
      if (price === null || position === 0) return null;
      const ahead = (price - (position > 0 ? situation.bid : situation.ask)) * sign;
      if (name === 'update_target')
        return ahead > 0 ? { tool: name, cents: [price], size: null } : null;
      const isWider = situation.stop !== null && (price - situation.stop) * sign < 0;
      return ahead < 0 && !isWider ? { tool: name, cents: [price], size: null } : null;
    }
    case 'exit_position':
      return position === 0 ? null : { tool: name, cents: [], size: null };
    case 'cancel_all':
      return { tool: name, cents: [], size: null };
    default:
      return null;
  }
}

/** Every argument of the tool and no other, of its type. */
function hasExactly(name: string, args: Fields): boolean {
  const wanted = name.startsWith('enter_')
    ? ENTRY
    : name.startsWith('update_')
      ? ['new_price', 'reasoning']
      : ['reasoning'];
  return Object.keys(args).sort().join() === wanted.join() && typeof args['reasoning'] === 'string';
}

function judgeEntry(
  tool: string,
  args: Fields,
  { bid, ask }: Situation,
  isCommand: boolean,
): Permitted | null {
  const { size, conviction } = args;
  const [limit, stop, target] = ['limit_price', 'stop_loss', 'profit_target'].map((name) =>
    centsOf(args[name]),
  );
  if (limit == null || stop == null || target == null) return null;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > MOST_POSITION)
    return null;
  if (!isCommand && !(typeof conviction === 'number' && conviction >= 0 && conviction <= 1))
    return null;
  const [risk, reward, beyond, behind] =
    tool === 'enter_long'
      ? [limit - stop, target - limit, limit - ask, bid - limit]
      : [stop - limit, limit - target, bid - limit, limit - ask];
  const isSound = risk >= 10 && risk <= 30 && reward >= 2 * risk && beyond <= 10 && behind <= 30;
  return isSound ? { tool, cents: [limit, stop, target], size } : null;
}

/** Whole cents of a price in dollars, to 1e-9 dollars; `null` where it is none. */
function centsOf(value: unknown): number | null {
  if (typeof value !== 'number' || !(value > 0) || value > 9e6) return null;
  const cents = Math.round(value * 100);
  // 1e-9 dollars, and half as much for the rounding to whole ones
  return Math.abs(Math.round(value * 1e9) - cents * 1e7) <= 1 ? cents : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
