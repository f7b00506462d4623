import type { MessagePort } from 'node:worker_threads';
import type { TextKeeper } from '../brain/model/keeping-client.ts';
import type { Brain } from '../brain/port.ts';
import { RulesBrain } from '../brain/rules/rules-brain.ts';
import type { TradingCalendar } from '../domain/calendar.ts';
import { formatPrice } from '../domain/price.ts';
import type { RoundTrip, RunResult } from '../domain/run.ts';
import type { SessionSchedule } from '../domain/session-schedule.ts';
import { formatClock, formatDay, type SessionTime } from '../domain/time.ts';
import type { EngineMessage, FrontMessage, Notice } from '../engine/protocol.ts';
import type { RunObserver } from '../engine/run-recorder.ts';
import { depthLabelOf } from '../feeds/depth-label.ts';
import type { FeedDescription } from '../feeds/port.ts';
import type { JournalEntry } from '../journal/entry.ts';
import { JournalError } from '../journal/journal-error.ts';
import { journalPath } from '../journal/store/run-index.ts';
import { readJournal, SqliteJournal } from '../journal/store/sqlite-journal.ts';
import type { RunPlan, ToEngineThread } from './run-plan.ts';

/*
 * What every run is put together from, whatever its market.
 */

type NoticeBody = Notice extends infer Each
  ? Each extends Notice
    ? Omit<Each, 'sequence' | 'clock'>
    : never
  : never;

/** Who decides, `undefined` where a script is played, and how that ends. */
export type BrainOf = (
  plan: RunPlan,
  keeper: TextKeeper,
) => Promise<{ readonly brain: Brain | undefined; close(): void }>;

export const plannedBrain: BrainOf = async ({ script, model, session }, keeper) => {
  const close = (): void => undefined;
  if (script !== undefined) return { brain: undefined, close };
  const { settings } = session;
  if (model === undefined) {
    const { brain, profile, engine } = settings;
    return { brain: new RulesBrain(profile, brain.size, engine.snapshotMs), close };
  }
  // the client library is large, and most runs ask no model
  const { createModelBrain } = await import('./brain/create-brain.ts');
  return createModelBrain(model, settings, keeper);
};

/** What a journal says first of its run. @param provider Who decides; a script where nobody does. */
export function runHeaderOf(
  plan: RunPlan,
  calendar: TradingCalendar,
  description: FeedDescription,
  provider = 'script',
): Readonly<Record<string, unknown>> {
  const { session } = plan;
  const { day, instrument, settings } = session;
  const { tradeDate } = calendar.dayOn(day, day);
  const label = depthLabelOf(description, settings.execution.queueModel);
  return {
    id: plan.runId,
    startedAt: plan.startedAt,
    // where this machine has the data; no part of the hash
    environment: { files: plan.files },
    ...(plan.venue === undefined ? {} : { venue: 'outside' }),
    mode: plan.mode,
    symbol: instrument.symbol,
    session: formatDay(day),
    // a holiday on which futures trade
    ...(tradeDate === day ? {} : { tradeDate: formatDay(tradeDate) }),
    seed: settings.seed,
    configSha256: session.configSha256,
    ...(session.historyHeader === null ? {} : { volumeHistory: session.historyHeader }),
    provider,
    ...(plan.broker === undefined ? {} : { account: plan.broker.masked }),
    ...(session.definedBy === undefined
      ? {}
      : {
          instrument: {
            tick: formatPrice(instrument.tickNanos),
            multiplier: instrument.multiplier,
            definedBy: session.definedBy,
          },
        }),
    ...(label === undefined ? {} : { data: label }),
    // what the gate and the account count on from
    ...(plan.carried === undefined ? {} : { carried: plan.carried }),
  };
}

/** A run's journal, a new one or that of a run that goes on, with the entries that it has. */
export function openStore({ logsFolder, runId, isResumed }: RunPlan): {
  readonly store: SqliteJournal;
  readonly stored: readonly JournalEntry[];
} {
  const path = journalPath(logsFolder, runId);
  if (!isResumed) return { store: SqliteJournal.create(path), stored: [] };
  return { store: SqliteJournal.reopen(path), stored: readJournal(path).entries };
}

/** Hands a runner what front ends say from now on. Resolves with the hash of the data, which is told meanwhile. */
export function listenTo(
  port: MessagePort,
  runner: { onMessage(message: FrontMessage): void },
): Promise<string> {
  const dataHash = Promise.withResolvers<string>();
  port.on('message', (message: ToEngineThread) => {
    if (message.type === 'data-hashed') dataHash.resolve(message.sha256);
    else runner.onMessage(message);
  });
  return dataHash.promise;
}

/** The result, kept in the journal; with a warning where that cannot be. */
export function withStored(store: SqliteJournal, result: RunResult): RunResult {
  try {
    store.storeResult(result);
    return result;
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const warning = `the journal of this run is not complete: ${error.message}`;
    return { ...result, warnings: [...result.warnings, warning] };
  }
}

/** Closes it; what could not be written has been told. */
export function closeJournal(store: SqliteJournal): void {
  try {
    store.close();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
  }
}

export function createObserver(
  post: (message: EngineMessage) => void,
  schedule: SessionSchedule,
  onTrade: (trade: RoundTrip) => void,
): RunObserver {
  let sequence = 0;
  const notify = (notice: NoticeBody, ts: SessionTime): void => {
    sequence++;
    const clock = formatClock(ts + schedule.zoneOffsetAt(ts), 3);
    post({ ...notice, sequence, clock } as Notice);
  };
  return {
    onDecision: (decision, ts) => notify({ type: 'decision-made', decision }, ts),
    onFill: (fill, order, ts) =>
      notify({ type: 'order-filled', fill, role: order.request.role }, ts),
    onTrip(trade, ts) {
      onTrade(trade);
      notify({ type: 'trade-closed', trade }, ts);
    },
    onOrderEvent: (orderId, what, detail, ts) =>
      notify({ type: 'order-event', orderId, what, detail }, ts),
    onAlarm: (level, text, ts) => notify({ type: 'alarm', level, text }, ts),
  };
}
