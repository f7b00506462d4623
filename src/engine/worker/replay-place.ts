import type { SessionTime } from '../../domain/time.ts';
import type { EngineCheckpoint } from '../checkpoint.ts';
import type { EngineCommand } from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';

export type StepUnit = Extract<EngineCommand, { name: 'step' }>['unit'];

/** A moment of a replay: after so many events, and what is due by `clock` done; `null`: nothing after the last event. */
export interface ReplayPlace {
  readonly events: number;
  readonly clock: SessionTime | null;
}

/** How many of a unit have happened. A decision is one that the log has a line of. */
export function countOf(engine: TradingEngine, unit: StepUnit): number {
  switch (unit) {
    case 'event':
      return engine.events;
    case 'trade':
      return engine.trades;
    case 'snapshot':
      return engine.snapshots;
    case 'decision':
      return engine.options.recorder.decisions;
    case 'fill':
      return engine.fills;
  }
}

/** The same of a copy. */
export function countAt({ progress, recorder }: EngineCheckpoint, unit: StepUnit): number {
  switch (unit) {
    case 'event':
      return progress.events;
    case 'trade':
      return progress.trades;
    case 'snapshot':
      return progress.snapshots;
    case 'decision':
      return recorder.decisions;
    case 'fill':
      return progress.fills;
  }
}

/** The snapshot's moment next to where the engine stands: snapshots lie on a grid that begins with the window. */
export function snapshotBeside(engine: TradingEngine, direction: 1 | -1): SessionTime {
  const { options, clock, isAtEnd, snapshots } = engine;
  const { from } = options.window;
  if (snapshots === 0) return direction > 0 ? from : Number.NEGATIVE_INFINITY;
  const every = options.settings.engine.snapshotMs * 1e6;
  const steps = (clock - from) / every;
  // inside a time stamp the snapshot of that very moment is still to come
  const next = isAtEnd ? Math.floor(steps) + 1 : Math.ceil(steps);
  return from + (direction > 0 ? next : Math.ceil(steps) - 1) * every;
}
