import { createInterface } from 'node:readline/promises';
import type { LiveTerms } from '../app/broker/start-broker-run.ts';
import type { Terminal } from './terminal.ts';

/** What has to be typed before real money is traded: nobody types it by habit, and it names account and limit. */
export function liveSentence({ account, limits }: LiveTerms): string {
  return `live ${account.replace('…', '')} loss ${limits.dailyLossUsd}`;
}

/** Shows account and limits, and asks for them to be typed. Anything else is no. */
export async function askToTradeLive(terms: LiveTerms, terminal: Terminal): Promise<boolean> {
  const { account, symbol, limits } = terms;
  const sentence = liveSentence(terms);
  terminal.stderr.write(
    [
      'LIVE TRADING WITH REAL MONEY',
      `  account ${account}, ${symbol}`,
      `  loss of the day at most ${limits.dailyLossUsd} $, then trading halts and the position is closed`,
      `  position at most ${limits.maxPosition} shares and ${limits.maxNotionalUsd} $, ${limits.dailyTrades} round trips a day`,
      'These limits cannot be raised while it runs.',
      '',
    ].join('\n'),
  );
  const { streams } = terminal;
  if (streams === undefined) return false;
  const lines = createInterface({ input: streams.stdin, output: streams.stdout });
  try {
    const question = `Type "${sentence}" to trade, anything else to stop: `;
    const answer = await lines.question(question, { signal: terminal.signal });
    if (answer.trim() === sentence) return true;
    terminal.stderr.write('Not confirmed: nothing was started.\n');
    return false;
  } finally {
    lines.close();
  }
}
