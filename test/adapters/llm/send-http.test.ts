import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
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
