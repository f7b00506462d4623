import { AsyncLocalStorage } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { estimatedTokensOf } from '../../brain/model/needed-tokens.ts';
import type { ModelClient, ModelReply, ModelRequest } from '../../brain/model/port.ts';
import { requestDigest } from '../../brain/model/request-text.ts';
import type { Denial } from '../../domain/decision.ts';
import type { Redact } from '../../platform/redact.ts';
import { sha256Of } from '../../platform/sha256.ts';
import { type AnswerReading, isObject, notTheApis } from './answer-reading.ts';
import { chatBody, gatherChat, readChat } from './chat-completions.ts';
import { type Exchange, emptyExchange, guardedFetch, STREAM_END } from './guarded-fetch.ts';
import { contextOf, contextTrouble, isSuspiciouslyShort, nativeUrl, wasCut } from './ollama.ts';
import type { ProviderAccess } from './provider-access.ts';
import { gatherResponses, readResponses, responsesBody } from './responses.ts';

/** Pause before a question is sent again, where the provider tells none; doubled each time. */
const FIRST_PAUSE_MS = 250;
/** Characters of a provider's words that are kept. */
const MOST_WORDS = 200;
/** A 429 that no pause cures. */
const NO_MONEY: ReadonlySet<unknown> = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
]);

export interface LlmClientOptions {
  readonly access: ProviderAccess;
  /** For the whole answer, retries and pauses included. */
  readonly deadlineMs: number;
  /** How often a question is sent again at most. */
  readonly retries: number;
  readonly redact: Redact;
}

/** One request's end. */
interface Attempt {
  readonly reading: AnswerReading;
  readonly body: string | undefined;
  /** Pause before another try; `undefined`: there is none. */
  readonly retryAfterMs: number | undefined;
}

/** Asks a model over the network, through the `openai` package, whoever the provider. */
export class LlmClient implements ModelClient {
  readonly #options: LlmClientOptions;
  readonly #client: OpenAI;
  /** Which request a fetch of the library belongs to. */
  readonly #exchanges = new AsyncLocalStorage<Exchange>();

  constructor(options: LlmClientOptions) {
    const { access, redact, deadlineMs } = options;
    this.#options = options;
    this.#client = new OpenAI({
      baseURL: access.baseUrl,
      // without a key of its own nothing is sent: the library only insists on having one
      apiKey: access.apiKey ?? 'none',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: 'off',
      maxRetries: 0,
      timeout: deadlineMs + 1000,
      fetch: (input, init) =>
        guardedFetch(this.#exchanges.getStore() ?? emptyExchange(), redact)(input, init),
      ...(access.apiKey === null ? { defaultHeaders: { Authorization: null } } : {}),
    });
  }

  async ask(request: ModelRequest): Promise<ModelReply> {
    const { deadlineMs } = this.#options;
    const startedMs = performance.now();
    const requestSha256 = requestDigest(request, sha256Of);
    const stop = new AbortController();
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), deadlineMs);
    const count = { attempts: 0 };
    const attempt = await Promise.race([
      this.#try(request, stop.signal, startedMs, count),
      late.promise,
    ]);
    clearTimeout(timer);
    const elapsedMs = performance.now() - startedMs;
    const isLate = attempt === undefined || elapsedMs > deadlineMs;
    if (isLate) stop.abort();
    const reading = isLate ? timedOut(deadlineMs) : attempt.reading;
    const body = isLate ? undefined : attempt.body;
    return {
      ...reading,
      attempts: count.attempts,
      // timers ring up to a millisecond early
      latencyMs: isLate ? deadlineMs : Math.min(Math.round(elapsedMs), deadlineMs),
      body: body ?? null,
      requestSha256,
      answerSha256: body === undefined ? null : sha256Of(body),
    };
  }

  /** Sends the question until an answer comes, or what came cannot be mended. Never rejects. */
  async #try(
    request: ModelRequest,
    signal: AbortSignal,
    startedMs: number,
    count: { attempts: number },
  ): Promise<Attempt | undefined> {
    const { deadlineMs, retries } = this.#options;
    for (;;) {
      count.attempts++;
      const attempt = await this.#send(request, signal, count.attempts);
      const { retryAfterMs } = attempt;
      if (retryAfterMs === undefined || count.attempts > retries) return attempt;
      // a pause that ends too late would only put off what is known already
      if (performance.now() - startedMs + retryAfterMs >= deadlineMs) return attempt;
      try {
        await sleep(retryAfterMs, undefined, { signal });
      } catch {
        return undefined;
      }
    }
  }

  async #send(request: ModelRequest, signal: AbortSignal, attempt: number): Promise<Attempt> {
    const { access } = this.#options;
    const exchange = emptyExchange();
    const client = this.#client;
    const options = {
      signal,
      headers: { 'Content-Type': 'application/json', 'X-Client-Request-Id': request.decisionId },
      stream: access.isStreaming,
    };
    try {
      const reading = await this.#exchanges.run(exchange, () =>
        access.api === 'chat'
          ? this.#chat(client, request, options, exchange)
          : this.#responses(client, request, options, exchange),
      );
      // what broke off in its middle is no answer, whatever could be read of it
      if (exchange.broken === undefined) {
        const cut = await this.#cutPrompt(request, reading, signal);
        return { reading: cut ?? reading, body: exchange.body, retryAfterMs: undefined };
      }
    } catch (error) {
      // a stream may break off in the middle of a line; an error that it tells is the provider's
      const isPartial =
        exchange.isStream && exchange.broken === undefined && !(error instanceof OpenAI.APIError);
      if (isPartial) return { reading: cutOff(), body: exchange.body, retryAfterMs: undefined };
    }
    return attemptOf(exchange, attempt);
  }

  /** What is said of an answer to a part of the question: a local model's context may have changed since the start. */
  async #cutPrompt(
    request: ModelRequest,
    { code, tokens }: AnswerReading,
    signal: AbortSignal,
  ): Promise<AnswerReading | undefined> {
    const { access, redact } = this.#options;
    if (access.provider !== 'ollama' || code !== null) return undefined;
    const { model } = request;
    const estimated = estimatedTokensOf(request);
    if (!isSuspiciouslyShort(tokens?.input, estimated)) return undefined;
    const running = emptyExchange();
    try {
      await guardedFetch(running, redact)(nativeUrl(access.baseUrl, 'ps'), { signal });
    } catch {
      return undefined;
    }
    const context = contextOf(running.body ?? '', model);
    if (context === undefined || !wasCut(tokens?.input, estimated, context)) return undefined;
    const needed = estimated + access.maxOutputTokens;
    const figures = {
      reason: contextTrouble(model, context, needed),
      contextTokens: context,
      promptTokens: tokens?.input ?? null,
      estimatedTokens: estimated,
    };
    // the provider fails, question after question: the breaker has to know
    return { text: null, calls: [], code: 'PROVIDER_ERROR', figures, tokens };
  }

  async #chat(
    client: OpenAI,
    request: ModelRequest,
    options: OpenAI.RequestOptions,
    exchange: Exchange,
  ): Promise<AnswerReading> {
    const { access } = this.#options;
    // written here once and for all: the library would write the whole prompt as JSON again for each question
    const body = chatBody(request, access);
    const answer: unknown = await client.post('/chat/completions', { ...options, body });
    if (!access.isStreaming) return readChat(answer);
    if (!exchange.isStream) return readChat(JSON.parse(exchange.body ?? ''));
    const chunks = await collect(answer);
    if (!STREAM_END.test(exchange.body ?? '')) return cutOff();
    const whole = gatherChat(chunks);
    return whole === undefined ? notTheApis('chunks that are none') : readChat(whole);
  }

  async #responses(
    client: OpenAI,
    request: ModelRequest,
    options: OpenAI.RequestOptions,
    exchange: Exchange,
  ): Promise<AnswerReading> {
    const { access } = this.#options;
    const body = responsesBody(request, access);
    const answer: unknown = await client.post('/responses', { ...options, body });
    if (!access.isStreaming) return readResponses(answer);
    if (!exchange.isStream) return readResponses(JSON.parse(exchange.body ?? ''));
    const last = gatherResponses(await collect(answer));
    return last === undefined ? cutOff() : readResponses(last);
  }
}

async function collect(stream: unknown): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream as AsyncIterable<unknown>) items.push(item);
  return items;
}

function cutOff(): AnswerReading {
  const figures = { finish: 'stream without its end' };
  return { text: null, calls: [], code: 'CUT_OFF', figures, tokens: null };
}

function timedOut(deadlineMs: number): AnswerReading {
  return { text: null, calls: [], code: 'TIMEOUT', figures: { deadlineMs }, tokens: null };
}

function failed(figures: Denial['figures']): AnswerReading {
  return { text: null, calls: [], code: 'PROVIDER_ERROR', figures, tokens: null };
}

/** What a request came to that brought no answer, and when it may be sent again. */
function attemptOf({ status, headers, body, broken }: Exchange, attempt: number): Attempt {
  const pauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 1);
  if (status === undefined || broken !== undefined) {
    const figures = status === undefined ? {} : { status };
    return {
      reading: failed({ ...figures, broken: broken ?? 'no connection' }),
      body,
      retryAfterMs: broken === 'body too large' ? undefined : pauseMs,
    };
  }
  if (status >= 200 && status < 300)
    return { reading: notTheApis('no JSON'), body, retryAfterMs: undefined };
  const { words, code } = wordsOf(body ?? '');
  const told = retryAfterOf(headers);
  const mayRepeat =
    [408, 409, 429].includes(status) || status >= 500
      ? !NO_MONEY.has(code) && headers?.get('x-should-retry') !== 'false'
      : false;
  return {
    reading: failed({
      status,
      ...(words === '' ? {} : { error: words }),
      ...(told === undefined ? {} : { retryAfterMs: told }),
    }),
    body,
    retryAfterMs: mayRepeat ? (told ?? pauseMs) : undefined,
  };
}

/** A provider's own words for an error: OpenAI's form, xAI's, or a text. */
function wordsOf(body: string): { readonly words: string; readonly code: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { words: oneLine(body), code: undefined };
  }
  if (!isObject(json)) return { words: oneLine(body), code: undefined };
  const { error, code } = json;
  if (typeof error === 'string') return { words: oneLine(error), code };
  if (!isObject(error)) return { words: oneLine(body), code };
  const { message } = error;
  return {
    words: oneLine(typeof message === 'string' ? message : body),
    code: error['code'] ?? error['type'],
  };
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, MOST_WORDS);
}

/** The pause that the provider asks for, ms; `undefined` where it asks for none that can be read. */
function retryAfterOf(headers: Headers | undefined): number | undefined {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return Math.ceil(ms);
  const text = headers?.get('retry-after');
  if (text === null || text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds < 0 ? undefined : Math.ceil(seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
