import type { CommandAnswer, TradingCommand } from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';
import { detailOf, tradeByHand } from './trade-by-hand.ts';

/** Acts by a command given by hand, and journals it first. The engine stands at an end of a time stamp. */
export function obeyTrading(
  engine: TradingEngine,
  command: TradingCommand,
  detail = detailOf(command),
): CommandAnswer {
  const { clock, events, options } = engine;
  const { name, ...given } = command;
  // no journal could give it again
  if (Object.values(given).some((value) => typeof value === 'number' && !Number.isFinite(value)))
    return { accepted: false, text: `${name} needs numbers` };
  // what it takes to give it again
  const more = Object.keys(given).length === 0 ? {} : { arguments: given };
  // what it sends makes it durable; a panic key waits for the disk once, and not twice
  options.recorder.write(clock, { type: 'command', name, detail, events, ...more }, true);
  const answer = act(engine, command);
  options.recorder.keep(clock);
  engine.wake();
  return answer;
}

function act(engine: TradingEngine, command: TradingCommand): CommandAnswer {
  const { clock: now, desk, risk } = engine;
  const sent = (orders: readonly unknown[]): string =>
    orders.length === 0 ? 'nothing to do' : `${orders.length} sent`;
  switch (command.name) {
    case 'pause-brain':
      risk.setPaused(true);
      return { accepted: true, text: 'brain paused; protection stays' };
    case 'resume-brain':
      risk.setPaused(false);
      return { accepted: true, text: 'brain resumed' };
    case 'flatten':
      return { accepted: true, text: `flatten: ${sent(desk.flatten(now, 'flatten'))}` };
    case 'flatten-and-halt':
      engine.halt('USER', 'flattened and halted by hand');
      return { accepted: true, text: `flatten and halt: ${sent(desk.flatten(now, 'flatten'))}` };
    case 'kill':
      engine.halt('KILL', 'kill switch');
      return { accepted: true, text: `kill switch: ${sent(desk.flatten(now, 'kill'))}` };
    case 'reset-halt':
      if (!engine.resetHalt()) return { accepted: false, text: 'nothing is halted' };
      return { accepted: true, text: 'halt reset: trading may open again' };
    case 'cancel-entries':
      return {
        accepted: true,
        text: `cancel entries: ${sent(desk.cancelEntries(now, 'by hand'))}`,
      };
    case 'unlock-entry':
      return { accepted: true, text: 'entry by hand unlocked' };
    case 'enter-bracket':
    case 'move-stop':
    case 'move-target':
    case 'stop-to-break-even':
    case 'reverse':
      return tradeByHand(engine, command);
  }
}
