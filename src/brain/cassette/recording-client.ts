import type { ModelClient, ModelReply, ModelRequest } from '../model/port.ts';
import { toolsTextOf } from '../model/request-text.ts';
import { CASSETTE_VERSION, type CassetteHeader, type CassetteLine } from './cassette-line.ts';

export interface RecordingOptions {
  readonly inner: ModelClient;
  readonly header: CassetteHeader;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly sha256: (text: string) => string;
  /** Takes lines that belong together, without line ends. */
  readonly write: (lines: readonly string[]) => void;
}

/**
 * Asks another client and records every exchange. The key is that of the question as it was put; what is written has every
 * secret taken out.
 */
export class RecordingClient implements ModelClient {
  readonly #options: RecordingOptions;
  readonly #written = new Set<string>();
  #hasHeader = false;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  async ask(request: ModelRequest): Promise<ModelReply> {
    const reply = await this.#options.inner.ask(request);
    const { sha256, header, redact, write } = this.#options;
    const lines: CassetteLine[] = [];
    if (!this.#hasHeader) lines.push({ type: 'cassette', version: CASSETTE_VERSION, ...header });
    this.#hasHeader = true;
    const keep = (text: string): string => {
      const digest = sha256(text);
      if (!this.#written.has(digest)) lines.push({ type: 'text', sha256: digest, text });
      this.#written.add(digest);
      return digest;
    };
    const systemSha256 = keep(request.system);
    const toolsSha256 = keep(toolsTextOf(request.answers));
    const { requestSha256, ...rest } = reply;
    lines.push({
      type: 'exchange',
      key: requestSha256,
      question: { model: request.model, systemSha256, toolsSha256, user: request.user },
      reply: rest,
    });
    write(lines.map((line) => JSON.stringify(redacted(line, redact))));
    return reply;
  }
}

/** Fields whose texts are hashes of ours. */
const HASHES: ReadonlySet<string> = new Set([
  'key',
  'sha256',
  'systemSha256',
  'toolsSha256',
  'answerSha256',
]);

/** The value with every text in it cleaned, names of fields included. */
function redacted(value: unknown, redact: (text: string) => string, field = ''): unknown {
  if (typeof value === 'string') return HASHES.has(field) ? value : redact(value);
  if (Array.isArray(value)) return value.map((each) => redacted(each, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [redact(name), redacted(each, redact, name)]),
  );
}
