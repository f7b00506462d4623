import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OllamaHost, runningModels, takenIn } from './ollama-host.ts';
import {
  chatChunks,
  chatCompletion,
  responseBody,
  responseEvents,
  type Spoken,
} from './wire-format.ts';

/** What the server does with one question. */
export type Behaviour =
  /** Answers, streamed where that was asked for. */
  | { readonly kind: 'answer'; readonly spoken: Spoken; readonly afterMs?: number }
  /** Answers with these bytes as they are. */
  | {
      readonly kind: 'raw';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** Takes the question and never answers. */
  | { readonly kind: 'hang' }
  /** Begins the answer and resets the connection in its middle; before its first byte where `isEarly`. */
  | { readonly kind: 'reset'; readonly spoken: Spoken; readonly isEarly?: boolean }
  /** Sends the answer's pieces for ever, and no end. */
  | { readonly kind: 'endless' }
  /** Ends the stream, in good order, before its last events (`left` of them, the last word included). */
  | { readonly kind: 'unfinished'; readonly spoken: Spoken; readonly left: number };

/** A question as it came over the wire. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * A provider on the loopback interface that speaks the wire format of chat completions and responses, streaming and not, and
 * misbehaves on command. With a `host` it is Ollama, which speaks the first, and has an interface of its own beside it.
 */
export class LlmServer {
  readonly seen: Seen[] = [];
  /** What `GET /models` answers. */
  models: Behaviour = { kind: 'raw', body: '{"object":"list","data":[]}' };
  /** What comes once `script` is used up. */
  otherwise: Behaviour = {
    kind: 'answer',
    spoken: { calls: [{ name: 'wait', arguments: '{"reasoning":"nothing to do"}' }] },
  };
  /** Answers a question by what stands in it, where nothing is scripted. */
  decide: ((seen: Seen) => Behaviour) | undefined;
  /** The local models of an Ollama. */
  host: OllamaHost | undefined;
  /** Prompts as the model got them, where there is a host. */
  readonly prompts: string[] = [];
  /** Taken one by one, a question each. */
  readonly script: Behaviour[] = [];
  #cached = '';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      // a client that gives up closes the connection in the middle of anything
      this.#onRequest(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<LlmServer> {
    const server = new LlmServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** The questions among what was seen. */
  get questions(): Seen[] {
    return this.seen.filter(({ method, path }) => method === 'POST' && path.startsWith('/v1/'));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    const path = request.url ?? '';
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const seen = { method: request.method ?? '', path, headers: request.headers, body };
    this.seen.push(seen);
    if (this.host !== undefined && (await this.#host(this.host, seen, response))) return;
    if (request.method === 'GET' && path === '/v1/models') {
      await this.#behave(this.models, response, body, 'chat');
    } else if (path === '/v1/chat/completions') {
      await this.#behave(this.#behaviourFor(seen), response, body, 'chat');
    } else if (path === '/v1/responses') {
      await this.#behave(this.#behaviourFor(seen), response, body, 'responses');
    } else {
      response.writeHead(404, JSON_TYPE).end('{"error":{"message":"no such path"}}');
    }
  }

  /** Answers as Ollama does before, or in place of, what is told to every server. False: the rest is as everywhere. */
  async #host(host: OllamaHost, seen: Seen, response: ServerResponse): Promise<boolean> {
    const { path, body } = seen;
    const send = (status: number, value: unknown): true => {
      response.writeHead(status, JSON_TYPE).end(JSON.stringify(value));
      return true;
    };
    if (path === '/v1/models')
      return send(200, { object: 'list', data: host.installed.map((id) => ({ id })) });
    if (path === '/api/ps') return send(200, runningModels(host));
    const model = String(body['model']);
    if (!host.installed.includes(model))
      return send(404, { error: path === '/api/generate' ? `model '${model}' not found` : WORDS });
    if (host.loadingError !== undefined && path === '/api/generate')
      return send(500, { error: host.loadingError });
    if (host.loaded !== model) await sleep(host.loadingMs);
    host.loaded = model;
    if (path === '/api/generate')
      return send(200, { model, response: '', done: true, done_reason: 'load' });
    const prompt = JSON.stringify([body['tools'], body['messages']]);
    const taken = takenIn(host, prompt, this.#cached);
    this.#cached = prompt;
    if (taken === null) {
      const most = `the prompt exceeds the context length of ${host.contextTokens} tokens`;
      return send(400, { error: { message: most, type: 'invalid_request_error' } });
    }
    this.prompts.push(taken.prompt);
    const behaviour = this.#behaviourFor(seen);
    if (behaviour.kind !== 'answer') {
      await this.#behave(behaviour, response, body, 'chat');
      return true;
    }
    const usage = {
      prompt_tokens: taken.tokens,
      completion_tokens: 20,
      total_tokens: taken.tokens + 20,
    };
    const spoken = { usage, ...behaviour.spoken };
    await this.#behave({ ...behaviour, spoken }, response, body, 'chat');
    return true;
  }

  #behaviourFor(seen: Seen): Behaviour {
    return this.script.shift() ?? this.decide?.(seen) ?? this.otherwise;
  }

  async #behave(
    behaviour: Behaviour,
    response: ServerResponse,
    body: Readonly<Record<string, unknown>>,
    api: 'chat' | 'responses',
  ): Promise<void> {
    switch (behaviour.kind) {
      case 'hang':
        return;
      case 'raw':
        response
          .writeHead(behaviour.status ?? 200, { ...JSON_TYPE, ...behaviour.headers })
          .end(behaviour.body);
        return;
      case 'endless':
        response.writeHead(200, STREAM_TYPE);
        while (!response.destroyed) {
          response.write(chatChunks('m', { text: 'on' })[1]);
          await sleep(5);
        }
        return;
      case 'answer':
      case 'reset':
      case 'unfinished':
        await this.#speak(behaviour, response, body, api);
    }
  }

  async #speak(
    behaviour: Extract<Behaviour, { spoken: Spoken }>,
    response: ServerResponse,
    body: Readonly<Record<string, unknown>>,
    api: 'chat' | 'responses',
  ): Promise<void> {
    const model = String(body['model']);
    const { spoken } = behaviour;
    if (behaviour.kind === 'answer' && behaviour.afterMs !== undefined)
      await sleep(behaviour.afterMs);
    if (behaviour.kind === 'reset' && behaviour.isEarly === true) {
      response.socket?.resetAndDestroy();
      return;
    }
    if (body['stream'] !== true && behaviour.kind !== 'unfinished') {
      const make = api === 'chat' ? chatCompletion : responseBody;
      const whole = JSON.stringify(make(model, spoken));
      response.writeHead(200, { ...JSON_TYPE, 'content-length': Buffer.byteLength(whole) });
      if (behaviour.kind === 'answer') response.end(whole);
      else breakOff(response, whole.slice(0, whole.length >> 1));
      return;
    }
    const events =
      api === 'chat'
        ? [...chatChunks(model, spoken), 'data: [DONE]\n\n']
        : responseEvents(model, spoken);
    response.writeHead(200, STREAM_TYPE);
    if (behaviour.kind === 'reset') {
      breakOff(response, events.slice(0, events.length >> 1).join(''));
    } else if (behaviour.kind === 'unfinished') {
      response.end(events.slice(0, -behaviour.left).join(''));
    } else {
      for (const each of events) response.write(each);
      response.end();
    }
  }
}

const WORDS = { message: 'model not found', type: 'not_found_error' };
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const STREAM_TYPE = { 'content-type': 'text/event-stream; charset=utf-8' };

/** Sends the first part, and resets the connection once it is on its way. */
function breakOff(response: ServerResponse, part: string): void {
  response.write(part, () => setImmediate(() => response.socket?.resetAndDestroy()));
}
