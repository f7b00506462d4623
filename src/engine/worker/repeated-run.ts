import type { JournalEntry } from '../../journal/entry.ts';
import type { TradingCommand } from '../protocol.ts';
import type { TapedCommand } from './run-history.ts';

const COMMANDS: Readonly<Record<TradingCommand['name'], true>> = {
  'pause-brain': true,
  'resume-brain': true,
  flatten: true,
  'flatten-and-halt': true,
  kill: true,
  'reset-halt': true,
  'cancel-entries': true,
  'enter-bracket': true,
  'move-stop': true,
  'move-target': true,
  'stop-to-break-even': true,
  reverse: true,
  'unlock-entry': true,
};

/** The commands that a run's entries tell of, in order. Those of unknown names do not come again, and so are found out. */
export function commandsIn(entries: readonly JournalEntry[]): TapedCommand[] {
  return entries.flatMap(({ ts, body }) =>
    body.type === 'command' && isTradingCommand(body.name)
      ? [
          {
            events: body.events,
            clock: ts,
            // as `obeyTrading` took it apart
            command: { name: body.name, ...body.arguments } as TradingCommand,
            detail: body.detail,
          },
        ]
      : [],
  );
}

function isTradingCommand(name: string): name is TradingCommand['name'] {
  return Object.hasOwn(COMMANDS, name);
}
