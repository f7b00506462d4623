/** The program's modules one by one: the same code as in dist/, which has them bundled; only the types are stripped. */
const source = new URL('../../src/', import.meta.url);

/** A module of src/ by its path there, without the ending. Loaded when asked for: each measurement loads only its own. */
export function release(path: string): Promise<unknown> {
  return import(new URL(`${path}.ts`, source).href);
}

export interface Release {
  readonly openSessionFeed: typeof import('../../src/app/session-setup.ts').openSessionFeed;
  readonly planSession: typeof import('../../src/app/session-setup.ts').planSession;
  readonly createMarket: typeof import('../../src/app/session-setup.ts').createMarket;
  readonly createExchange: typeof import('../../src/app/session-setup.ts').createExchange;
  readonly createBookCore: typeof import('../../src/app/book-core.ts').createBookCore;
  readonly loadConfig: typeof import('../../src/config/load-config.ts').loadConfig;
  readonly eventTimeOf: typeof import('../../src/domain/event.ts').eventTimeOf;
  readonly toEpochWords: typeof import('../../src/domain/time.ts').toEpochWords;
  readonly TradingEngine: typeof import('../../src/engine/trading-engine.ts').TradingEngine;
  readonly RunRecorder: typeof import('../../src/engine/run-recorder.ts').RunRecorder;
  readonly RulesBrain: typeof import('../../src/brain/rules/rules-brain.ts').RulesBrain;
  readonly Preflight: typeof import('../../src/brain/validation/preflight.ts').Preflight;
  readonly FanOutJournal: typeof import('../../src/journal/fan-out-journal.ts').FanOutJournal;
  readonly JournalHasher: typeof import('../../src/journal/journal-hasher.ts').JournalHasher;
  readonly DecisionLog: typeof import('../../src/journal/store/decision-log.ts').DecisionLog;
  readonly SqliteJournal: typeof import('../../src/journal/store/sqlite-journal.ts').SqliteJournal;
  readonly createSha256: typeof import('../../src/platform/sha256.ts').createSha256;
}

/** Everything that a child of the benchmark puts an engine together from. */
export async function loadRelease(): Promise<Release> {
  const modules = await Promise.all(
    [
      'app/session-setup',
      'app/book-core',
      'config/load-config',
      'domain/event',
      'domain/time',
      'engine/trading-engine',
      'engine/run-recorder',
      'brain/rules/rules-brain',
      'brain/validation/preflight',
      'journal/fan-out-journal',
      'journal/journal-hasher',
      'journal/store/decision-log',
      'journal/store/sqlite-journal',
      'platform/sha256',
    ].map(release),
  );
  return Object.assign({}, ...modules) as Release;
}
