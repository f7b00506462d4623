/**
 * `order-tap.ts PORT`: stands between a program and its gateway at PORT of this machine, passes everything on, and prints the time of every
 * order and cancel that comes by, ms since 1970. A process of its own, so that nobody's work is in the figures.
 */
import { type AddressInfo, connect, createServer } from 'node:net';

const [port = ''] = process.argv.slice(2);
/** Messages of the broker's protocol: an order, a cancel. */
const WATCHED: ReadonlySet<string> = new Set(['3', '4']);
const HELLO = 'API\0';
const LENGTH_BYTES = 4;

const server = createServer((client) => {
  const gateway = connect(Number(port), '127.0.0.1');
  client.setNoDelay(true);
  gateway.setNoDelay(true);
  let rest = Buffer.alloc(0);
  client.on('data', (bytes: Buffer) => {
    const at = performance.timeOrigin + performance.now();
    gateway.write(bytes);
    rest = Buffer.concat([rest, bytes]);
    if (rest.subarray(0, HELLO.length).toString() === HELLO) rest = rest.subarray(HELLO.length);
    while (rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + rest.readUInt32BE(0);
      if (rest.length < end) break;
      const [kind = ''] = rest.subarray(LENGTH_BYTES, end).toString().split('\0', 1);
      rest = rest.subarray(end);
      if (WATCHED.has(kind)) process.stdout.write(`${at}\n`);
    }
  });
  gateway.on('data', (bytes: Buffer) => client.write(bytes));
  const hangUp = (): void => {
    client.destroy();
    gateway.destroy();
  };
  for (const socket of [client, gateway]) {
    socket.on('close', hangUp);
    socket.on('error', hangUp);
  }
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listens ${(server.address() as AddressInfo).port}\n`);
});
