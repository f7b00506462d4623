import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { parseCommand } from '../../../src/brain/language/parse-command.ts';
import { Preflight } from '../../../src/brain/validation/preflight.ts';
import { settingsWith } from '../../support/engine-rig.ts';

const settings = settingsWith();
const preflight = new Preflight(settings.validation, settings.brain);
const facts = {
  ts: 0,
  bid: 250e9,
  ask: 250.02e9,
  last: 250e9,
  position: 0,
  tickNanos: 10_000_000,
};

const price = fc.tuple(fc.nat(999_999), fc.nat(99)).map(([whole, cents]) => `${whole}.${cents}`);
const blanks = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 3 });
const gap = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 2 });
const reason = fc
  .stringMatching(/^[^()\p{C}\u2028\u2029]{1,40}$/u)
  .filter((text) => /[^ \t]/.test(text));
const command = fc.oneof(
  fc
    .tuple(fc.constantFrom('ENTER_LONG', 'ENTER_SHORT'), fc.tuple(price, price, price), gap)
    .map(([name, prices, between]) => `${name}(${prices.join(`${between},${between}`)})`),
  fc
    .tuple(fc.constantFrom('UPDATE_STOP', 'UPDATE_TARGET'), price)
    .map(([name, each]) => `${name}(${each})`),
  fc.tuple(fc.constantFrom('EXIT', 'WAIT'), reason).map(([name, why]) => `${name}(${why})`),
  fc.constant('CANCEL_ALL()'),
);

test.prop([command, blanks, blanks, fc.string()])(
  'every command of the grammar is read, whatever was thought before it',
  (text, before, after, thought) => {
    const think = thought.replaceAll('<', '');
    const plain = parseCommand(`${before}${text}${after}`, 100);
    expect(plain).toMatchObject({ code: null, think: null });
    expect(plain.calls).toHaveLength(1);
    const { calls } = plain;
    expect(parseCommand(`<think>${think}</think>${before}${text}${after}`, 100)).toEqual({
      ...plain,
      think,
    });
    expect(parseCommand(`${think}</think>${text}`, 100).calls).toEqual(calls);
  },
);

const piece = fc.oneof(
  { weight: 3, arbitrary: command },
  fc.constantFrom(
    '<think>',
    '</think>',
    '(',
    ')',
    ',',
    '\n',
    ' ',
    'WAIT',
    'BUY(1)',
    '{"tool":"wait"}',
    '```',
    '\u0000',
    '\u2028',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

test.prop([fc.array(piece, { maxLength: 6 })], { numRuns: 3000 })(
  'whatever an answer is, it is one call of the grammar or a reason why not',
  (pieces) => {
    const text = pieces.join('');
    const parsed = parseCommand(text, 100);
    if (parsed.code !== null) {
      expect(parsed.figures).not.toBeNull();
      return;
    }
    // read again what was understood: nothing of the answer was passed over but blanks and thoughts
    const rest = text.slice(text.indexOf('</think>') < 0 ? 0 : text.indexOf('</think>') + 8);
    expect(rest).toMatch(
      /^[ \t\r\n]*(?:ENTER_(?:LONG|SHORT)\([^()\n]*\)|UPDATE_(?:STOP|TARGET)\([^()\n]*\)|(?:EXIT|WAIT)\([^()\n]+\)|CANCEL_ALL\([ \t]*\))[ \t\r\n]*$/,
    );
    expect(parsed.calls).toHaveLength(1);
    const verdict = preflight.onAnswer(parsed.calls, facts);
    if ('call' in verdict) expect(verdict.call.tool).toBe(parsed.calls[0]?.tool);
    else expect(verdict.denial.code).not.toMatch(/NO_CALL|MANY_CALLS|UNKNOWN_TOOL/);
  },
);

test.prop([command, fc.nat(1000)], { numRuns: 1000 })(
  'an answer that is cut short is never a call',
  (text, at) => {
    const parsed = parseCommand(text.slice(0, at % text.length), 100);
    expect(parsed.code).toBe('NO_CALL');
    expect(parsed.calls).toEqual([]);
  },
);
