import { createConnection } from 'node:net';
import { JsonLines } from '../../../src/adapters/venue-link/json-lines.ts';
import type { FromVenue, LinkTruth, ToVenue } from '../../../src/adapters/venue-link/protocol.ts';

/** Whoever looks at a venue from outside, and lets its market go on without the trader. */
export async function watchVenue(path: string): Promise<{
  truth(): Promise<LinkTruth>;
  pass(to: number): Promise<void>;
  close(): void;
}> {
  const socket = createConnection(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('error', reject);
  });
  let tell: (answer: FromVenue) => void = () => undefined;
  const lines = new JsonLines<FromVenue, ToVenue>(socket, (answer) => tell(answer));
  const ask = async (question: ToVenue): Promise<FromVenue> => {
    const answer = new Promise<FromVenue>((resolve) => {
      tell = resolve;
    });
    lines.send(question);
    return answer;
  };
  return {
    async truth() {
      const answer = await ask({ type: 'truth' });
      if (answer.type !== 'truth') throw new Error(`the venue answered ${answer.type}`);
      return answer.truth;
    },
    async pass(to) {
      await ask({ type: 'pass', to });
    },
    close: () => lines.close(),
  };
}
