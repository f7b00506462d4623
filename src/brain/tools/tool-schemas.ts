import { z } from 'zod';
import type { ToolCall, ToolName } from '../../domain/decision.ts';

const price = z.number().positive().describe('Price in dollars, on the tick grid.');
const reasoning = z.string().describe('Why, in one or two sentences.');

const entry = z.strictObject({
  limit_price: price,
  stop_loss: price,
  profit_target: price,
  size: z.int().min(1).describe('Shares or contracts.'),
  conviction: z.number().min(0).max(1).nullable().describe('How sure, 0 to 1.'),
  reasoning,
});
const update = z.strictObject({ new_price: price, reasoning });
const plain = z.strictObject({ reasoning });

/** The tools' arguments, strict: nothing missing, nothing added, a number is a number. */
export const TOOL_SCHEMAS: Readonly<Record<ToolName, z.ZodType>> = {
  enter_long: entry,
  enter_short: entry,
  update_stop: update,
  update_target: update,
  exit_position: plain,
  cancel_all: plain,
  wait: plain,
};

export function isToolName(name: string): name is ToolName {
  return Object.hasOwn(TOOL_SCHEMAS, name);
}

/** The call with its arguments as the schema has them, or the first thing that is wrong with them. */
export function parseToolCall(
  tool: ToolName,
  args: unknown,
): { readonly call: ToolCall } | { readonly problem: string } {
  const parsed = TOOL_SCHEMAS[tool].safeParse(args);
  // the schema that just passed is the tool's own, so name and arguments belong together
  if (parsed.success) return { call: { tool, arguments: parsed.data } as ToolCall };
  const issue = parsed.error.issues[0];
  return {
    problem:
      issue === undefined ? 'invalid' : `${issue.path.join('.') || 'arguments'}: ${issue.message}`,
  };
}
