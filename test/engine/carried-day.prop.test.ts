import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountState } from '../../src/domain/market-state.ts';
import { NS_PER_SECOND } from '../../src/domain/time.ts';
import { daySoFar, type EarlierRun } from '../../src/engine/day-so-far.ts';
import { type CarriedDay, resetOf } from '../../src/risk/carried-day.ts';
import {
  answerOf,
  brainOf,
  DAY,
  engineRig,
  OPEN,
  settingsWith,
  WAIT,
} from '../support/engine-rig.ts';
import { EventBatchBuilder } from '../support/event-batch.builder.ts';
import { STOCK } from '../support/market-rig.ts';

const SECOND = NS_PER_SECOND;
const START = OPEN + 3600 * SECOND;
/** Each turn may open a round trip, and closes it before it ends. */
const TURN_SECS = 4;
const TURNS = 8;

interface Turn {
  /** Shares that the brain wants to buy; 0: it waits. */
  readonly size: number;
  readonly command: 'none' | 'kill' | 'reset';
  /** A new run begins with this turn. */
  readonly isRestart: boolean;
}

/** 250.00 to 250.02 with room for all of it: a round trip of a share costs two cents and commission. */
const MARKET = (() => {
  const events = new EventBatchBuilder(DAY)
    .add(START - SECOND, 'bid', 250, 100_000, 1)
    .add(START - SECOND, 'ask', 250.02, 100_000, 2)
    .print(START - SECOND, 'buy', 250.02, 1);
  for (let second = 0; second <= TURNS * TURN_SECS; second++)
    events.add(START + second * SECOND, 'ask', 251 + second / 100, 1, 100 + second);
  return events.build();
})();

/** What the day was like from second to second: the account as it was seen, and what became of each entry. */
interface Seen {
  readonly accounts: Pick<AccountState, 'DAILY_PL' | 'DAILY_TRADES' | 'DAILY_LOSS_REMAINING'>[];
  readonly buyingPower: (number | null)[];
  readonly verdicts: (string | null)[];
  readonly halts: (string | undefined)[];
}

/** Plays turns `from` to `to` as one run that counts on from what was carried, and is killed then. */
function play(
  turns: readonly Turn[],
  from: number,
  to: number,
  carried: CarriedDay | undefined,
  settings: ReturnType<typeof settingsWith>,
  seen: Seen,
): EarlierRun {
  const first = START + from * TURN_SECS * SECOND;
  const rig = engineRig({
    settings,
    window: { from: first, to: START + 3600 * SECOND },
    ...(carried === undefined ? {} : { carried }),
    brain: brainOf(({ ts, account }) => {
      const second = (ts - START) / SECOND;
      if (!Number.isInteger(second)) return answerOf(WAIT);
      seen.accounts.push({
        DAILY_PL: account.DAILY_PL,
        DAILY_TRADES: account.DAILY_TRADES,
        DAILY_LOSS_REMAINING: account.DAILY_LOSS_REMAINING,
      });
      seen.buyingPower.push(account.BUYING_POWER);
      const { size = 0 } = turns[Math.floor(second / TURN_SECS)] ?? {};
      if (second % TURN_SECS === 0 && size > 0) {
        const arguments_ = {
          limit_price: 250.02,
          stop_loss: 249.92,
          profit_target: 250.22,
          size,
          conviction: null,
          reasoning: '',
        };
        return answerOf({ tool: 'enter_long', arguments: arguments_ });
      }
      return account.POSITION !== 0 && second % TURN_SECS === 2
        ? answerOf({ tool: 'exit_position', arguments: { reasoning: '' } })
        : answerOf(WAIT);
    }),
  });
  const id = `run-${from}`;
  rig.recorder.write(first, {
    type: 'run-started',
    header: { id, ...(carried === undefined ? {} : { carried }) },
  });
  let at = 0;
  for (let turn = from; turn < to; turn++) {
    const { command } = turns[turn] ?? { command: 'none' };
    // a reset at a restart is made between the runs
    if (command === 'reset' && turn > from) rig.engine.resetHalt();
    const end = START + ((turn + 1) * TURN_SECS - 0.5) * SECOND;
    at = rig.engine.advance(MARKET, at, end, MARKET.count);
    rig.engine.advanceClock(end);
    seen.halts.push(rig.engine.risk.halt?.code);
    if (command === 'kill') rig.engine.halt('KILL', 'kill switch');
  }
  expect(rig.engine.desk.portfolio.position).toBe(0);
  seen.verdicts.push(
    ...rig.decisions.filter(({ answer }) => answer?.tool === 'enter_long').map(({ code }) => code),
  );
  return { id, entries: rig.entries };
}

/** A reset between runs, as `risk reset` writes it. */
function resetBetween(turn: number, carried: CarriedDay): EarlierRun {
  return {
    id: `reset-${turn}`,
    entries: [
      { sequence: 1, ts: 0, body: { type: 'run-started', header: { carried } } },
      {
        sequence: 2,
        ts: 0,
        body: { type: 'halt-reset', reason: 'looked into', ...(resetOf(carried) ?? {}) },
      },
    ],
  };
}

function playDay(
  turns: readonly Turn[],
  settings: ReturnType<typeof settingsWith>,
  isSplit: boolean,
): Seen {
  const seen: Seen = { accounts: [], buyingPower: [], verdicts: [], halts: [] };
  const day = { date: DAY, instrument: STOCK };
  const runs: EarlierRun[] = [];
  let from = 0;
  for (let turn = 1; turn <= TURNS; turn++) {
    const next = turns[turn];
    if (turn < TURNS && !(isSplit && next?.isRestart === true)) continue;
    let { carried } = daySoFar(runs, [], day);
    if (from > 0 && turns[from]?.command === 'reset' && carried.halts.length > 0) {
      runs.push(resetBetween(from, carried));
      ({ carried } = daySoFar(runs, [], day));
    }
    runs.push(play(turns, from, turn, from === 0 ? undefined : carried, settings, seen));
    from = turn;
  }
  return seen;
}

const TURN = fc.record({
  size: fc.constantFrom(0, 10, 50, 100),
  command: fc.constantFrom('none', 'none', 'none', 'kill', 'reset'),
  isRestart: fc.boolean(),
}) satisfies fc.Arbitrary<Turn>;

test('a day of trades gives the same verdicts in one run and split over any number of runs', () => {
  let denied = 0;
  let carriedHalts = 0;
  fc.assert(
    fc.property(
      fc.array(TURN, { minLength: TURNS, maxLength: TURNS }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(3, 6, 9, 1000),
      fc.constantFrom(6, 12, 200),
      (turns, dailyTrades, dailyLossUsd, ordersPerSession) => {
        const settings = settingsWith(
          `risk.dailyTrades=${dailyTrades}`,
          `risk.dailyLossUsd=${dailyLossUsd}`,
          `risk.ordersPerSession=${ordersPerSession}`,
        );
        const whole = playDay(turns, settings, false);
        const split = playDay(turns, settings, true);
        expect(split).toEqual(whole);
        denied += whole.verdicts.filter((code) => code !== null).length;
        carriedHalts += whole.halts.filter(
          (halt, turn) => halt !== undefined && turns[turn + 1]?.isRestart === true,
        ).length;
      },
    ),
    { numRuns: 60 },
  );
  expect(denied).toBeGreaterThan(50);
  expect(carriedHalts).toBeGreaterThan(20);
});
