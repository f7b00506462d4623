import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { readEnvironment } from '../../platform/environment.ts';

/**
 * How long a connection that nobody uses is kept, ms: servers close theirs after five seconds or more, and a question sent into one
 * that is being closed is lost. A server that tells a shorter time is heeded by Node.
 */
const IDLE_MS = 4000;
const KEPT = { keepAlive: true, timeout: IDLE_MS };
/** Hosts that are this machine. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

const DIRECT: Agents = agentsOf({});
let proxied: { readonly key: string; readonly agents: Agents } | undefined;

function agentsOf(proxyEnv: Readonly<Record<string, string>>): Agents {
  return {
    http: new HttpAgent({ ...KEPT, proxyEnv }),
    https: new HttpsAgent({ ...KEPT, proxyEnv }),
  };
}

/**
 * Whose connections carry a question to `hostname`. A proxy stands between only where that was asked for in Node's own words,
 * NODE_USE_ENV_PROXY=1 and HTTPS_PROXY, HTTP_PROXY, NO_PROXY: a question goes nowhere that nobody named. Never to this machine.
 */
function agentsFor(hostname: string): Agents {
  if (LOOPBACK.test(hostname)) return DIRECT;
  const environment = readEnvironment();
  if (environment['NODE_USE_ENV_PROXY'] !== '1') return DIRECT;
  const proxyEnv = Object.fromEntries(
    Object.entries(environment).filter(([name]) => /^(?:https?|no)_proxy$/i.test(name)),
  );
  const key = JSON.stringify(proxyEnv);
  if (proxied?.key !== key) proxied = { key, agents: agentsOf(proxyEnv) };
  return proxied.agents;
}

export interface HttpQuestion {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An answer whose head has come; `body` still comes, decoded. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

/**
 * Sends one request over a connection that is kept for the next one. Follows no redirect and adds no header but those that HTTP
 * demands. Half the time of `fetch` for bodies of this size, which has to go through streams of the web.
 *
 * @throws {Error} With the system's code where the connection fails, an AbortError when `signal` fires.
 */
export function sendHttp(question: HttpQuestion): Promise<HttpAnswer> {
  const { url, method, body, signal } = question;
  const isSecure = url.protocol === 'https:';
  const agents = agentsFor(url.hostname);
  const headers: Record<string, string | number> = { ...question.headers };
  if (body !== undefined) headers['content-length'] = Buffer.byteLength(body);
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      method,
      headers,
      agent: isSecure ? agents.https : agents.http,
      ...(signal === undefined ? {} : { signal }),
    });
    request.on('error', reject);
    request.on('response', (answer) => {
      resolve({
        status: answer.statusCode ?? 0,
        headers: headersOf(answer),
        body: decoded(answer),
      });
    });
    request.end(body);
  });
}

function headersOf(answer: IncomingMessage): Headers {
  const headers = new Headers();
  const { rawHeaders } = answer;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  return headers;
}

/** Nothing compressed was asked for; what a server or a proxy on the way compresses all the same is read. */
function decoded(answer: IncomingMessage): Readable {
  const decoder = decoderOf(answer.headers['content-encoding']);
  if (decoder === undefined) return answer;
  answer.on('error', (error) => decoder.destroy(error));
  return answer.pipe(decoder);
}

function decoderOf(encoding = 'identity') {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      return createInflate();
    default:
      return undefined;
  }
}
