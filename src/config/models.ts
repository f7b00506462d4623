import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../platform/json-file.ts';
import { ConfigError } from './config-error.ts';

const price = z.number().min(0).describe('dollars a million tokens');

const providerSchema = z.strictObject({
  baseUrl: z.url().nullable().describe('with the version; null: has to be told'),
  keys: z
    .array(z.string())
    .describe('environment variables that hold its key, the first one counts'),
  model: z.string().nullable().describe('the model where none is named; null: has to be told'),
  toolChoice: z.boolean().describe('understands tool_choice'),
  strictTools: z.boolean().describe('understands strict schemas and parallel_tool_calls'),
  responses: z.boolean().describe('has the responses interface'),
  limitName: z
    .enum(['max_tokens', 'max_completion_tokens'])
    .describe('what the limit of an answer is called in chat completions'),
  source: z.string().min(1),
});

const modelSchema = z.strictObject({
  provider: z.string(),
  name: z.string().min(1),
  aliases: z.array(z.string()),
  inputUsd: price,
  cachedUsd: price,
  outputUsd: price,
  tools: z.boolean().describe('calls tools; false: speaks the command language'),
  reasoningEffort: z.array(z.string()).describe('what it may be told; empty: nothing'),
  asOf: z.string().regex(/^\d{4}-\d{2}(-\d{2})?$/),
  source: z.string().min(1),
});

const tableSchema = z.strictObject({
  $schema: z.string().optional(),
  asOf: z.iso.date(),
  providers: z.strictObject({
    grok: providerSchema,
    openai: providerSchema,
    ollama: providerSchema,
    compatible: providerSchema,
  }),
  models: z.array(modelSchema),
});

export type ModelTable = z.output<typeof tableSchema>;
export type ProviderName = keyof ModelTable['providers'];
export type ModelEntry = ModelTable['models'][number];

/**
 * Reads models.json, the user's in the place of the package's: what providers and models are called, can do and cost, as of a
 * date.
 *
 * @throws {ConfigError} If the file is none.
 */
export function loadModels(folders: readonly string[]): ModelTable {
  const path =
    folders.map((folder) => join(folder, 'models.json')).findLast((each) => existsSync(each)) ??
    'models.json';
  const file = readJsonFile(path);
  if ('problem' in file) throw problemOf(path, '', file.problem);
  const parsed = tableSchema.safeParse(file.json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw problemOf(path, issue?.path.join('.') ?? '', issue?.message ?? '');
}

function problemOf(where: string, key: string, found: string): ConfigError {
  return new ConfigError([{ where, key, found, allowed: 'a table as the package ships it' }]);
}

/** What is known of a model; `undefined`: nothing. */
export function findModel(
  table: ModelTable,
  provider: ProviderName,
  name: string,
): ModelEntry | undefined {
  return table.models.find(
    (each) => each.provider === provider && (each.name === name || each.aliases.includes(name)),
  );
}
