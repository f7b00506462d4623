import type { AnswerForm } from '../../../src/brain/model/port.ts';
import { Random } from '../../../src/domain/random.ts';
import { chatCompletion, responseBody, type Spoken } from '../../support/llm-server/wire-format.ts';

/** The market that an answer is made for. Prices in whole cents. */
export interface FuzzMarket {
  readonly bid: number;
  readonly ask: number;
  readonly position: number;
}

export interface FuzzedAnswer {
  readonly api: 'chat' | 'responses';
  readonly answers: AnswerForm;
  /** As it would come over the wire. */
  readonly body: string;
}

type Arguments = Record<string, unknown>;
interface Call {
  name: string;
  args: Arguments | string;
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  '',
  '100',
  'NaN',
  '1e3',
  [],
  [1],
  {},
  { value: 1 },
  0,
  -1,
  0.5,
  1.5,
  1e9,
  1e300,
  -0,
  100.000001,
];
const ODD_TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  '\u2028',
  '}',
  '{',
  '"',
  '\\',
  ',',
  '-',
  '0',
  '1',
  '.',
  'e',
  'null',
  '\ud800',
  '＝',
  '١',
  '<think>',
  '</think>',
  '(',
  ')',
  '"size":1,',
];
const ODD_NAMES: readonly string[] = [
  '',
  'Wait',
  'wait ',
  'buy',
  'enter',
  'toString',
  '__proto__',
  'enter_long_',
  'ENTER_LONG',
  'exit',
];
const ENDS: readonly string[] = [
  'length',
  'content_filter',
  'error',
  'incomplete',
  '',
  'failed',
  'LENGTH',
];

/** Makes answers: valid ones, valid ones with one or several things changed, and garbage. The same seed, the same answers. */
export class AnswerFuzzer {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  next(market: FuzzMarket): FuzzedAnswer {
    const api = this.#chance(0.3) ? 'responses' : 'chat';
    const answers = this.#chance(0.25) ? 'language' : 'tools';
    if (this.#chance(0.03)) return { api, answers, body: this.#garbage() };
    const call = this.#call(market);
    const changes = this.#pick([0, 0, 1, 1, 1, 2, 3]);
    for (let i = 0; i < changes; i++) this.#changeCall(call);
    const spoken = answers === 'tools' ? this.#spoken(call, market) : { text: this.#command(call) };
    const changed = this.#chance(0.12) ? this.#changeSpoken(spoken) : spoken;
    const whole = (api === 'chat' ? chatCompletion : responseBody)('m', changed);
    let body = JSON.stringify(this.#chance(0.05) ? this.#changeTree(whole) : whole);
    if (this.#chance(0.06)) body = this.#changeText(body);
    return { api, answers, body };
  }

  #call({ bid, ask, position }: FuzzMarket): Call {
    const reasoning = this.#pick(['because', '', 'a "quoted" reason', 'x'.repeat(300)]);
    const kind = this.#whole(10);
    if (kind < 5) {
      const sign = this.#chance(0.5) ? 1 : -1;
      const limit =
        (sign === 1 ? ask : bid) +
        sign * (this.#whole(this.#chance(0.2) ? 60 : 16) - (this.#chance(0.2) ? 35 : 11));
      const risk = 8 + this.#whole(25);
      const reward = Math.round(risk * (1.6 + this.#whole(20) / 10));
      return {
        name: sign === 1 ? 'enter_long' : 'enter_short',
        args: {
          limit_price: dollars(limit),
          stop_loss: dollars(limit - sign * risk),
          profit_target: dollars(limit + sign * reward),
          size: this.#pick([1, 10, 50, 100, 100, 101, 1000]),
          conviction: this.#whole(101) / 100,
          reasoning,
        },
      };
    }
    if (kind < 7) {
      const touch = position >= 0 ? bid : ask;
      const args = { new_price: dollars(touch + this.#whole(41) - 20), reasoning };
      return { name: this.#pick(['update_stop', 'update_target']), args };
    }
    return { name: this.#pick(['exit_position', 'cancel_all', 'wait']), args: { reasoning } };
  }

  #changeCall(call: Call): void {
    if (typeof call.args === 'string') return;
    const names = Object.keys(call.args);
    const name = this.#pick(names);
    const value = call.args[name];
    switch (this.#whole(10)) {
      case 0:
        delete call.args[name];
        return;
      case 1:
        call.args[this.#pick(['leverage', 'Size', 'symbol', 'limit', '__proto__x'])] = 1;
        return;
      case 2:
        call.args[name] = structuredClone(this.#pick(ODD_VALUES));
        return;
      case 3:
        call.args[name] = String(value);
        return;
      case 4:
        if (typeof value === 'number') call.args[name] = value * this.#pick([100, 0.01, -1, 10]);
        return;
      case 5:
        if (typeof value === 'number')
          call.args[name] =
            value + this.#pick([0.001, 0.005, 1e-9, 4e-10, 2e-9, 0.01, -0.01, 0.1, 1]);
        return;
      case 6:
        call.name = this.#pick(ODD_NAMES);
        return;
      case 7:
        call.args = this.#changeText(JSON.stringify(call.args));
        return;
      case 8: {
        // a key that stands twice
        const text = JSON.stringify(call.args);
        call.args = `{${JSON.stringify(name)}:${JSON.stringify(this.#pick([1, 100, value]))},${text.slice(1)}`;
        return;
      }
      default:
        call.args[name] = Number.isFinite(Number(value)) ? this.#whole(60_000) / 100 : 7;
    }
  }

  #spoken(call: Call, market: FuzzMarket): Spoken {
    const written = { name: call.name, arguments: textOf(call.args) };
    if (!this.#chance(0.08)) return { calls: [written] };
    const other = this.#call(market);
    return this.#pick([
      { calls: [] },
      { text: 'I would wait.' },
      { calls: [written, written] },
      { calls: [written, { name: other.name, arguments: textOf(other.args) }] },
      { calls: [written], text: this.#pick(['<think>hm', 'so: ', 'EXIT(now)']) },
    ]);
  }

  #changeSpoken(spoken: Spoken): Spoken {
    return this.#chance(0.5)
      ? { ...spoken, finish: this.#pick(ENDS) }
      : { ...spoken, refusal: this.#pick(['I cannot', 'no']) };
  }

  #command({ name, args }: Call): string {
    const values = typeof args === 'string' ? {} : args;
    const prices = ['limit_price', 'stop_loss', 'profit_target'].map((each) =>
      String(values[each]),
    );
    const texts: Readonly<Record<string, string>> = {
      enter_long: `ENTER_LONG(${prices.join(', ')})`,
      enter_short: `ENTER_SHORT(${prices.join(',')})`,
      update_stop: `UPDATE_STOP(${String(values['new_price'])})`,
      update_target: `UPDATE_TARGET(${String(values['new_price'])})`,
      exit_position: 'EXIT(the move is over)',
      cancel_all: 'CANCEL_ALL()',
      wait: 'WAIT(no edge)',
    };
    const command = Object.hasOwn(texts, name) ? (texts[name] ?? '') : name;
    const around = this.#pick([
      '',
      '',
      '',
      '<think>a\nb</think>\n',
      'so</think>',
      '<think>',
      'I say ',
      ' \n',
    ]);
    const text = this.#pick([
      `${around}${command}`,
      `${around}${command}`,
      `${command} ${command}`,
      `${command}.`,
    ]);
    return this.#chance(0.15) ? this.#changeText(text) : text;
  }

  /** Puts something odd in the place of any member. */
  #changeTree(tree: Record<string, unknown>): unknown {
    let at: Record<string, unknown> = tree;
    for (;;) {
      const name = this.#pick(Object.keys(at));
      const child = at[name];
      const isTree = typeof child === 'object' && child !== null && Object.keys(child).length > 0;
      if (isTree && this.#chance(0.8)) {
        at = child as Record<string, unknown>;
        continue;
      }
      if (this.#chance(0.4)) delete at[name];
      // copies: what is put in now may be changed by a later one
      else at[name] = structuredClone(this.#pick(ODD_VALUES));
      return tree;
    }
  }

  #changeText(text: string): string {
    const at = this.#whole(text.length + 1);
    switch (this.#whole(4)) {
      case 0:
        return text.slice(0, at);
      case 1:
        return text.slice(0, at) + this.#pick(ODD_TEXTS) + text.slice(at);
      case 2:
        return text.slice(0, at) + text.slice(at + 1 + this.#whole(6));
      default:
        return text.slice(0, at) + this.#pick(ODD_TEXTS) + text.slice(at + 1);
    }
  }

  #garbage(): string {
    let text = '';
    for (let i = this.#whole(60); i > 0; i--) text += String.fromCharCode(this.#whole(300));
    return this.#pick([text, JSON.stringify(this.#pick(ODD_VALUES)), `{"choices":[${text}]}`, '']);
  }

  #chance(share: number): boolean {
    return this.#whole(10_000) < share * 10_000;
  }

  /** From 0 up to `below`, excluded. */
  #whole(below: number): number {
    return this.#random.below(below);
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[this.#whole(values.length)] as Value;
  }
}

function textOf(args: Arguments | string): string {
  return typeof args === 'string' ? args : JSON.stringify(args);
}

function dollars(cents: number): number {
  return cents / 100;
}
