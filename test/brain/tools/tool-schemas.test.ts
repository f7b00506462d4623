import { expect, test } from 'vitest';
import { isToolName, parseToolCall } from '../../../src/brain/tools/tool-schemas.ts';
import type { ToolName } from '../../../src/domain/decision.ts';

const ENTRY = {
  limit_price: 250,
  stop_loss: 249.8,
  profit_target: 250.4,
  size: 100,
  conviction: 0.5,
  reasoning: 'r',
};
const UPDATE = { new_price: 250, reasoning: '' };
const PLAIN = { reasoning: '' };
const ARGUMENTS: Readonly<Record<ToolName, Readonly<Record<string, unknown>>>> = {
  enter_long: ENTRY,
  enter_short: ENTRY,
  update_stop: UPDATE,
  update_target: UPDATE,
  exit_position: PLAIN,
  cancel_all: PLAIN,
  wait: PLAIN,
};
const TOOLS = Object.keys(ARGUMENTS).filter(isToolName);

test('there are the seven tools and no inherited ones', () => {
  expect(TOOLS).toHaveLength(7);
  for (const name of ['', 'toString', '__proto__', 'Wait', 'wait '])
    expect(isToolName(name)).toBe(false);
});

test.for(TOOLS)('%s takes its arguments and nothing missing, added or null', (tool) => {
  const whole = ARGUMENTS[tool];
  expect(parseToolCall(tool, whole)).toEqual({ call: { tool, arguments: whole } });
  expect(parseToolCall(tool, { ...whole, extra: 1 })).toHaveProperty('problem');
  for (const key of Object.keys(whole)) {
    const { [key]: _left, ...rest } = whole;
    expect(parseToolCall(tool, rest), `without ${key}`).toHaveProperty('problem');
    expect(
      parseToolCall(tool, { ...whole, [key]: String(whole[key]) }),
      `${key} as text`,
    ).toHaveProperty(typeof whole[key] === 'string' ? 'call' : 'problem');
    expect(
      parseToolCall(tool, { ...whole, [key]: [whole[key]] }),
      `${key} in a list`,
    ).toHaveProperty('problem');
    if (key === 'conviction') continue;
    expect(parseToolCall(tool, { ...whole, [key]: null }), `${key} null`).toHaveProperty('problem');
  }
});

test.for<readonly [string, unknown]>([
  ['size', 0],
  ['size', -1],
  ['size', 1.5],
  ['size', Number.POSITIVE_INFINITY],
  ['size', true],
  ['conviction', -0.001],
  ['conviction', 1.001],
  ['limit_price', 0],
  ['limit_price', -250],
  ['limit_price', Number.NaN],
  ['limit_price', Number.POSITIVE_INFINITY],
  ['stop_loss', 0],
  ['profit_target', '250.40'],
  ['reasoning', 5],
])('an entry with %s %s is refused, and the problem names the field', ([key, value]) => {
  expect(parseToolCall('enter_long', { ...ENTRY, [key]: value })).toEqual({
    problem: expect.stringContaining(key),
  });
});

test('what is no object has no arguments', () => {
  for (const args of [undefined, null, '', '{"reasoning":"r"}', 5, [], [PLAIN]])
    expect(parseToolCall('wait', args)).toHaveProperty('problem');
});

test('the ends of a range are inside it', () => {
  for (const conviction of [0, 1])
    expect(parseToolCall('enter_short', { ...ENTRY, conviction })).toHaveProperty('call');
  expect(parseToolCall('enter_short', { ...ENTRY, size: 1 })).toHaveProperty('call');
});
