import { z } from 'zod';
import type { ToolName } from '../../domain/decision.ts';
import { TOOL_SCHEMAS } from './tool-schemas.ts';

/** A tool as a model is offered it: a strict JSON schema of its arguments. */
export interface ToolDefinition {
  readonly name: ToolName;
  readonly description: string;
  /** Plain data, without what only a validator reads ($schema, bounds of a double's whole numbers). */
  readonly parameters: Readonly<Record<string, unknown>>;
}

const DESCRIPTIONS: Readonly<Record<ToolName, string>> = {
  enter_long:
    'Buy with a limit order, protected by a stop below it and a profit target above it. Only without a position and without a working entry.',
  enter_short:
    'Sell short with a limit order, protected by a stop above it and a profit target below it. Only without a position and without a working entry.',
  update_stop: 'Move the stop of the open position closer to the market; never away from it.',
  update_target: 'Move the profit target of the open position.',
  exit_position: 'Close the open position at market.',
  cancel_all: 'Cancel working entry orders. Stop and target of a position stay.',
  wait: 'Do nothing until the next question.',
};

/** All tools in one order, generated from the schemas that also judge the calls. */
export const TOOL_DEFINITIONS: readonly ToolDefinition[] = Object.entries(TOOL_SCHEMAS).map(
  ([name, schema]) => ({
    name: name as ToolName,
    description: DESCRIPTIONS[name as ToolName],
    parameters: parametersOf(schema),
  }),
);

function parametersOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // null is what the command language leaves out; a model that calls tools tells a number
      const kinds = jsonSchema.anyOf;
      const [kind, none] = kinds ?? [];
      if (kinds?.length === 2 && typeof kind === 'object' && isNull(none)) {
        delete jsonSchema.anyOf;
        Object.assign(jsonSchema, kind);
      }
    },
  });
  return parameters;
}

function isNull(schema: unknown): boolean {
  return (
    typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'null'
  );
}
