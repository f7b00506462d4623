import type { EngineCommand, ReplayCommand } from '../protocol.ts';

const REPLAY_COMMANDS: ReadonlySet<string> = new Set<ReplayCommand['name']>([
  'pause-replay',
  'resume-replay',
  'set-speed',
  'step',
  'jump-to',
  'restart',
  'stop',
]);

/** Whether a command sets how the market is played; every other one acts on orders, brain or risk. */
export function isReplayCommand(command: EngineCommand): command is ReplayCommand {
  return REPLAY_COMMANDS.has(command.name);
}
