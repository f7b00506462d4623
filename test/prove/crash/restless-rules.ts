import type { Answer, Brain, Question, RawCall } from '../../../src/brain/port.ts';
import { unaskedAnswer } from '../../../src/brain/unasked-answer.ts';
import { NS_PER_SECOND } from '../../../src/domain/time.ts';

/**
 * Trades all the time, so that a short day holds much that can be interrupted: enters at the touch by turns, every third time at
 * its own side; moves its stop once; leaves after a while. What it does rests on the market's clock and the account alone, as the brain
 * of a program that was started again remembers nothing.
 */
export function restlessRules(holdSecs: number): Brain {
  let opened: number | undefined;
  return {
    provider: 'rules',
    model: null,
    intervalMs: 200,
    rules: { long: [], short: [] },
    conditions: { long: {}, short: {} },
    observe() {},
    ask: ({ market, account, orders, ts }: Question): Answer => {
      if (account.POSITION !== 0) {
        opened ??= ts;
        const held = ts - opened;
        if (held >= holdSecs * NS_PER_SECOND)
          return answerOf({ tool: 'exit_position', arguments: { reasoning: 'old' } });
        return answerOf(WAIT);
      }
      opened = undefined;
      const bid = market.BID_STACK[0]?.[0];
      const ask = market.ASK_STACK[0]?.[0];
      if (bid === undefined || ask === undefined || orders.length > 0) return answerOf(WAIT);
      const turn = Math.floor(ts / (2 * NS_PER_SECOND));
      const isLong = turn % 2 === 0;
      const limit = isLong === (turn % 3 === 0) ? bid : ask;
      const price = (ticks: number): number =>
        Math.round(limit * 100 + (isLong ? ticks : -ticks)) / 100;
      return answerOf({
        tool: isLong ? 'enter_long' : 'enter_short',
        arguments: {
          limit_price: limit,
          stop_loss: price(-10),
          profit_target: price(20),
          size: 20,
          conviction: null,
          reasoning: '',
        },
      });
    },
  };
}

const WAIT: RawCall = { tool: 'wait', arguments: { reasoning: '' } };

function answerOf(call: RawCall): Answer {
  return unaskedAnswer([call]);
}
