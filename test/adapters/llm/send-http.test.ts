import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { sendHttp } from '../../../src/adapters/llm/send-http.ts';

async function served(listener: RequestListener): Promise<(body?: string) => Promise<string>> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
  return async (body = '{}') => {
    const { body: answer } = await sendHttp({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: undefined,
    });
    return text(answer);
  };
}

test('one connection carries question after question, with no header but those asked for', async () => {
  const ports = new Set<number | undefined>();
  const names = new Set<string>();
  const ask = await served((request, response) => {
    ports.add(request.socket.remotePort);
    for (const name of Object.keys(request.headers)) names.add(name);
    request.resume().on('end', () => response.end('ok'));
  });
  for (let i = 0; i < 5; i++) expect(await ask()).toBe('ok');
  expect(ports.size).toBe(1);
  expect([...names].sort()).toEqual(['connection', 'content-length', 'content-type', 'host']);
});

test('the body is counted in bytes, not in letters', async () => {
  const ask = await served((request, response) => {
    void text(request).then((body) => response.end(body));
  });
  expect(await ask('{"a":"wörld 🌍"}')).toBe('{"a":"wörld 🌍"}');
});

test.for([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
] as const)('an answer that comes as %s unasked is read', async ([encoding, compress]) => {
  const ask = await served((_request, response) => {
    response.writeHead(200, { 'content-encoding': encoding });
    response.end(compress('{"choices":[]}'));
  });
  expect(await ask()).toBe('{"choices":[]}');
});

test.for([
  ['whole', false],
  ['compressed', true],
] as const)(
  'a connection that breaks in the middle of a %s body is an error',
  async ([, isGzip]) => {
    const ask = await served((_request, response) => {
      response.writeHead(200, {
        'content-length': 1000,
        ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
      });
      response.write(isGzip ? gzipSync('x'.repeat(100)).subarray(0, 15) : 'half', () =>
        setImmediate(() => response.socket?.resetAndDestroy()),
      );
    });
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
  },
);

const PROXY_NAMES = ['NODE_USE_ENV_PROXY', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'] as const;
afterEach(() => {
  for (const name of PROXY_NAMES) delete process.env[name];
});

/** A proxy that answers every plain request itself, and lets nobody through. */
async function proxied(): Promise<string[]> {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end('by proxy');
  });
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  process.env['HTTP_PROXY'] = address;
  process.env['HTTPS_PROXY'] = address;
  return asked;
}

async function sentTo(url: string): Promise<string> {
  const question = { method: 'POST', headers: {}, body: '{}', signal: AbortSignal.timeout(2000) };
  return text((await sendHttp({ url: new URL(url), ...question })).body);
}

test('a proxy of the environment carries questions only where NODE_USE_ENV_PROXY asks for it', async () => {
  const asked = await proxied();
  // a name that nobody has
  await expect(sentTo('http://model.invalid/v1')).rejects.toMatchObject({
    code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
  });
  expect(asked).toEqual([]);
  process.env['NODE_USE_ENV_PROXY'] = '1';
  expect(await sentTo('http://model.invalid/v1')).toBe('by proxy');
  // what goes to a provider is closed to the proxy: it only learns the host
  await expect(sentTo('https://model.invalid/v1')).rejects.toThrow();
  expect(asked).toEqual(['POST http://model.invalid/v1', 'CONNECT model.invalid:443']);
  process.env['NO_PROXY'] = 'model.invalid';
  await expect(sentTo('http://model.invalid/v1')).rejects.toThrow();
  expect(asked).toHaveLength(2);
});

test('what goes to this machine never goes through a proxy', async () => {
  const asked = await proxied();
  process.env['NODE_USE_ENV_PROXY'] = '1';
  const ask = await served((request, response) => {
    request.resume().on('end', () => response.end('direct'));
  });
  expect(await ask()).toBe('direct');
  expect(asked).toEqual([]);
});
