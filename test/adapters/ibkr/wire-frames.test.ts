import { type AddressInfo, createServer, type Socket } from 'node:net';
import { EventName, IBApi } from '@stoqey/ib';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import {
  cancelFrame,
  FrameCutter,
  fieldsOf,
  readOrderMessage,
  refusalFrame,
} from '../../../src/adapters/ibkr/wire-frames.ts';

/** A message as a gateway writes it. */
function frame(fields: readonly (string | number)[]): Buffer {
  const body = Buffer.from(`${fields.join('\0')}\0`);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** What the client library writes for a cancel of order 41 at a server of that version. */
async function libraryCancel(version: number): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const server = createServer((socket: Socket) => {
    const cutter = new FrameCutter((each) => {
      const fields = fieldsOf(each);
      if (fields.length === 0) socket.write(frame([version, '20261121 09:30:00 US/Eastern']));
      else if (fields[0] === '71')
        socket.write(Buffer.concat([frame([15, 1, 'DU1']), frame([9, 1, 1])]));
      else if (fields[0] === '4') resolve(each);
    });
    socket.on('data', (bytes: Buffer) => cutter.push(bytes));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const api = new IBApi({ host: '127.0.0.1', port, clientId: 1, maxReqPerSec: 40 });
  api.on(EventName.error, () => undefined);
  api.connect();
  api.cancelOrder(41);
  const written = await promise;
  api.disconnect();
  return written;
}

test.for([150, 169, 176, 187, 190, 192, 193])(
  'cancels at server version %i with the very bytes of the client library',
  async (version) => {
    const written = await libraryCancel(version);
    expect(cancelFrame(41, version)).toEqual(written);
    expect(readOrderMessage(fieldsOf(written), version)).toEqual({ type: 'cancel', orderId: 41 });
  },
);

test('cuts messages whole, however their bytes arrive', () => {
  const messages = fc.array(fc.array(fc.stringMatching(/^[a-z0-9]{0,9}$/), { minLength: 1 }));
  fc.assert(
    fc.property(messages, fc.array(fc.nat(60)), (sent, cuts) => {
      const bytes = Buffer.concat([
        Buffer.from('API\0\0\0\0\x09v100..193'),
        ...sent.map((fields) => frame(fields)),
      ]);
      const heard: Buffer[] = [];
      const cutter = new FrameCutter((each) => heard.push(each));
      let from = 0;
      for (const size of [...cuts, bytes.length]) {
        cutter.push(bytes.subarray(from, from + size));
        from += size;
      }
      expect(Buffer.concat(heard)).toEqual(bytes);
      expect(heard.slice(1).map(fieldsOf)).toEqual(sent);
      expect(fieldsOf(heard[0] ?? bytes)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('takes what announces an endless message for no client', () => {
  const cutter = new FrameCutter(() => undefined);
  expect(() => cutter.push(Buffer.from('GET / HTTP/1.1'))).toThrow(/is none/);
});

test('refuses an order as the gateway does', () => {
  expect(fieldsOf(refusalFrame(7, 'Order rejected - reason:no'))).toEqual([
    '4',
    '2',
    '7',
    '201',
    'Order rejected - reason:no',
    '',
  ]);
});
