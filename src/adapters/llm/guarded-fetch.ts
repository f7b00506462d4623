import type { Redact } from '../../platform/redact.ts';
import { type HttpAnswer, sendHttp } from './send-http.ts';

/** An answer is a few kilobytes; what is longer is none. Bytes. */
const MOST_BYTES = 4 << 20;
const EVENT_STREAM = 'text/event-stream';
/** How a stream of chat completions says that it is whole. */
export const STREAM_END = /^data: ?\[DONE\]\s*$/m;
/** Characters within which that is looked for, piece by piece. */
const STREAM_TAIL = 64;
/** Everything else that a client library or its environment variables would add stays here. */
const SENT_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'authorization',
  'content-type',
  'x-client-request-id',
]);

/** What came of one HTTP request. Secrets are taken out of all of it. */
export interface Exchange {
  /** `undefined`: no answer began. */
  status: number | undefined;
  headers: Headers | undefined;
  /** As far as it came. */
  body: string | undefined;
  /** The body is a stream of events. */
  isStream: boolean;
  /** Why the answer did not come whole: a connection that broke, in the system's word for it, or a body without end. */
  broken: string | undefined;
}

export function emptyExchange(): Exchange {
  return {
    status: undefined,
    headers: undefined,
    body: undefined,
    isStream: false,
    broken: undefined,
  };
}

/**
 * A `fetch` for one question: follows no redirect, sends no header but the question's own, reads the whole body with a
 * limit, and writes down what happened. The client library sees the body as it was read.
 */
export function guardedFetch(
  exchange: Exchange,
  redact: Redact,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const { method = 'GET', body, signal } = init ?? {};
    // the library sends JSON, and nothing else
    if (body !== undefined && body !== null && typeof body !== 'string')
      throw new TypeError('a question is sent as text');
    const headers: Record<string, string> = {};
    for (const [name, value] of new Headers(init?.headers)) {
      if (SENT_HEADERS.has(name)) headers[name] = value;
    }
    let answer: HttpAnswer;
    try {
      answer = await sendHttp({
        url: new URL(input instanceof Request ? input.url : input),
        method,
        headers,
        body: body ?? undefined,
        signal: signal ?? undefined,
      });
    } catch (error) {
      exchange.broken = causeOf(error);
      throw error;
    }
    exchange.status = answer.status;
    exchange.headers = answer.headers;
    exchange.isStream = isStream(answer);
    const text = redact(await readText(answer, exchange));
    exchange.body = text;
    return new Response(isBodiless(answer.status) ? null : text, {
      status: answer.status,
      // a body is JSON or a stream of events, or it is not the API's: no other form is read
      headers: { 'content-type': exchange.isStream ? EVENT_STREAM : 'application/json' },
    });
  };
}

function isStream(answer: HttpAnswer): boolean {
  return answer.headers.get('content-type')?.startsWith(EVENT_STREAM) ?? false;
}

async function readText(answer: HttpAnswer, exchange: Exchange): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > MOST_BYTES) {
        exchange.broken = 'body too large';
        break;
      }
      text += decoder.decode(piece, { stream: true });
      // the last word of a stream: whether the connection is closed after it does not matter
      if (exchange.isStream && STREAM_END.test(text.slice(-STREAM_TAIL))) break;
    }
  } catch (error) {
    exchange.broken = causeOf(error);
  }
  return text + decoder.decode();
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** The system's word for what broke, e.g. ECONNRESET; never an address or a text that holds one. */
function causeOf(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; depth < 4 && at instanceof Error; depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return error instanceof Error ? error.name : 'unknown';
}
