import { z } from 'zod';
import { configSchema } from './schema.ts';

/** One setting: a leaf of the schema. */
export interface Field {
  /** Dotted key, as users write it: `risk.dailyLossUsd`. */
  readonly key: string;
  /** The variable that sets it: `FSD_RISK__DAILY_LOSS_USD`. */
  readonly variable: string;
  readonly schema: z.ZodType;
  readonly meaning: string;
  /** What it takes, in words: "a number above 0". */
  readonly allowed: string;
}

/** Every setting by its key, in the schema's order. */
export const FIELDS: ReadonlyMap<string, Field> = new Map(
  leavesOf(configSchema, []).map((field) => [field.key, field]),
);

/** The names of the sections: keys that hold settings and are none. */
export const SECTIONS: ReadonlySet<string> = new Set(
  Object.entries(configSchema.shape)
    .filter(([, schema]) => schema instanceof z.ZodObject)
    .map(([key]) => key),
);

/** The built-in values, section by section; a profile's are not among them. */
export function builtInValues(): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const field of FIELDS.values()) {
    const parsed = field.schema.safeParse(undefined);
    if (parsed.success) values.set(field.key, parsed.data);
  }
  return values;
}

function leavesOf(schema: z.ZodObject, path: readonly string[]): Field[] {
  return Object.entries(schema.shape).flatMap(([name, child]): Field[] => {
    const here = [...path, name];
    if (child instanceof z.ZodObject) return leavesOf(child, here);
    if (!(child instanceof z.ZodType)) throw new TypeError(`${here.join('.')} is no setting`);
    return [
      {
        key: here.join('.'),
        variable: `FSD_${here.map(screamingSnake).join('__')}`,
        schema: child,
        meaning: child.description ?? '',
        // needed by error messages and tables only, and slow to make for all
        get allowed() {
          return allowedBy(z.toJSONSchema(child, { io: 'input' }));
        },
      },
    ];
  });
}

function screamingSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function allowedBy(schema: z.core.JSONSchema.BaseSchema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined)
    return choices.map((choice) => allowedBy(choice as z.core.JSONSchema.BaseSchema)).join(', or ');
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return String(schema.const);
  switch (schema.type) {
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'string':
      return schema.pattern === undefined ? 'a text' : `a text like ${exampleOf(schema)}`;
    case 'integer':
      return `a whole number${rangeOf(schema)}`;
    case 'number':
      return `a number${rangeOf(schema)}`;
    case 'array':
    case 'object':
    case undefined:
      break;
  }
  throw new TypeError(`no words for a setting of type ${String(schema.type)}`);
}

function exampleOf(schema: z.core.JSONSchema.BaseSchema): string {
  return String(schema.default);
}

function rangeOf(schema: z.core.JSONSchema.BaseSchema): string {
  const { minimum, exclusiveMinimum, maximum } = schema;
  // zod states the range of a safe integer where none is given
  const top = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const bottom = exclusiveMinimum === undefined ? minimum : exclusiveMinimum;
  const from = exclusiveMinimum === undefined ? 'from' : 'above';
  if (bottom !== undefined && top !== undefined) return ` ${from} ${bottom} to ${top}`;
  if (bottom !== undefined) return ` ${from} ${bottom}`;
  return top === undefined ? '' : ` up to ${top}`;
}
