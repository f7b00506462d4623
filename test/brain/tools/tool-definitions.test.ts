import { expect, test } from 'vitest';
import { TOOL_DEFINITIONS } from '../../../src/brain/tools/tool-definitions.ts';
import { parseToolCall } from '../../../src/brain/tools/tool-schemas.ts';

/** Every schema below an object's properties, itself included. */
function* schemasOf(schema: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof schema !== 'object' || schema === null) return;
  const own = schema as Readonly<Record<string, unknown>>;
  yield own;
  const { properties } = own;
  if (typeof properties !== 'object' || properties === null) return;
  for (const child of Object.values(properties)) yield* schemasOf(child);
}

/** Arguments made from the schema alone. */
function exampleOf(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(parameters['properties'] as object)) {
    const { type, maximum } = schema as { type: string; maximum?: number };
    values[name] = type === 'string' ? 'because' : (maximum ?? 250);
  }
  return values;
}

test('the seven tools are offered once each, and described', () => {
  expect(TOOL_DEFINITIONS.map((tool) => tool.name).sort()).toEqual([
    'cancel_all',
    'enter_long',
    'enter_short',
    'exit_position',
    'update_stop',
    'update_target',
    'wait',
  ]);
  for (const { description } of TOOL_DEFINITIONS) expect(description).toMatch(/^[A-Z].+\.$/);
});

test.for(TOOL_DEFINITIONS)(
  '$name is strict: all arguments required, none added, one type each',
  ({ parameters }) => {
    for (const schema of schemasOf(parameters)) {
      expect(schema['type']).toMatch(/^(object|string|number|integer)$/);
      expect(Object.keys(schema)).not.toContain('$schema');
      if (schema['type'] !== 'object') continue;
      expect(schema['additionalProperties']).toBe(false);
      expect(schema['required']).toEqual(Object.keys(schema['properties'] as object));
    }
  },
);

test.for(TOOL_DEFINITIONS)(
  'what fits the schema of $name passes the gate’s own',
  ({ name, parameters }) => {
    expect(parseToolCall(name, exampleOf(parameters))).toHaveProperty('call');
  },
);
