import type { TradingCommand } from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';

export interface CommandAnswer {
  readonly accepted: boolean;
  readonly text: string;
}

/** Acts by a command given by hand, and journals it first. The engine stands at an end of a time stamp. */
export function obeyTrading(
  engine: TradingEngine,
  command: TradingCommand,
  detail = '',
): CommandAnswer {
  const { clock, events, options } = engine;
  options.recorder.write(clock, { type: 'command', name: command.name, detail, events });
  const answer = act(engine, command);
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
  }
}
