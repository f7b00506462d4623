import type { BrainSettings } from '../../domain/settings.ts';
import type { ModelReply } from '../model/port.ts';

/** The version of the lines below; another one is not read. */
export const CASSETTE_VERSION = 1;

/** The settings that say who is asked and how: a replay takes those of the recording. */
export type AskedSettings = Pick<
  BrainSettings,
  | 'provider'
  | 'model'
  | 'baseUrl'
  | 'api'
  | 'answers'
  | 'stream'
  | 'reasoningEffort'
  | 'maxOutputTokens'
>;

/** Who answered when a cassette was recorded: a replay says so in its stead. */
export interface CassetteHeader {
  readonly provider: string;
  readonly model: string;
  readonly settings: AskedSettings;
}

export function askedSettingsOf(settings: BrainSettings): AskedSettings {
  const { provider, model, baseUrl, api, answers, stream, reasoningEffort, maxOutputTokens } =
    settings;
  return { provider, model, baseUrl, api, answers, stream, reasoningEffort, maxOutputTokens };
}

/** What a question was, its long and ever same texts apart. */
export interface RecordedQuestion {
  readonly model: string;
  /** SHA-256 of the system prompt and of the tools' text, whose lines come before. */
  readonly systemSha256: string;
  readonly toolsSha256: string;
  readonly user: string;
}

/** A line of a cassette: one JSON object. The first is the header; texts stand before the questions that name them. */
export type CassetteLine =
  | ({ readonly type: 'cassette'; readonly version: number } & CassetteHeader)
  | { readonly type: 'text'; readonly sha256: string; readonly text: string }
  | {
      readonly type: 'exchange';
      /** SHA-256 of model, messages and tools, 64 hex digits. */
      readonly key: string;
      readonly question: RecordedQuestion;
      readonly reply: Omit<ModelReply, 'requestSha256'>;
    };

export type RecordedExchange = Extract<CassetteLine, { type: 'exchange' }>;

/** A cassette that cannot be read, or lacks what it is asked for. */
export class CassetteError extends Error {
  override readonly name = 'CassetteError';
}

/** A cassette, read. */
export interface Cassette {
  readonly header: CassetteHeader;
  readonly texts: ReadonlyMap<string, string>;
  /** In the order recorded. */
  readonly exchanges: readonly RecordedExchange[];
}

/**
 * Reads a cassette's text. Lines were written by a recording; of a line's inside only what leads to others is checked.
 *
 * @throws {CassetteError} With the line's number, if a line is none or the version another one.
 */
export function parseCassette(text: string): Cassette {
  const texts = new Map<string, string>();
  const exchanges: RecordedExchange[] = [];
  let header: CassetteHeader | undefined;
  for (const [i, raw] of text.split('\n').entries()) {
    if (raw === '') continue;
    const line = lineOf(raw, i + 1);
    if (header === undefined && line.type !== 'cassette')
      throw new CassetteError('line 1 is not the beginning of a cassette');
    if (line.type === 'text') texts.set(line.sha256, line.text);
    else if (line.type === 'exchange') exchanges.push(line);
    else if (line.version !== CASSETTE_VERSION)
      throw new CassetteError(`line ${i + 1}: version ${line.version} is not known here`);
    else header ??= { provider: line.provider, model: line.model, settings: line.settings };
  }
  if (header === undefined) throw new CassetteError('there is nothing in it');
  return { header, texts, exchanges };
}

function lineOf(raw: string, number: number): CassetteLine {
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch (error) {
    throw new CassetteError(`line ${number} is no JSON`, { cause: error });
  }
  if (isLine(json)) return json;
  throw new CassetteError(`line ${number} is no line of a cassette`);
}

function isLine(json: unknown): json is CassetteLine {
  if (typeof json !== 'object' || json === null || !('type' in json)) return false;
  const fields = json as Readonly<Record<string, unknown>>;
  const areTexts = (...names: string[]) => names.every((name) => typeof fields[name] === 'string');
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  if (json.type === 'cassette')
    return areTexts('provider', 'model') && isObject(fields['settings']);
  if (json.type === 'text') return areTexts('sha256', 'text');
  return (
    json.type === 'exchange' &&
    areTexts('key') &&
    isObject(fields['question']) &&
    isObject(fields['reply'])
  );
}
