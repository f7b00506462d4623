import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { OrderRequest } from '../../src/domain/order.ts';
import { obeyTrading } from '../../src/engine/worker/obey-trading.ts';
import { readJournal, SqliteJournal } from '../../src/journal/store/sqlite-journal.ts';
import { verifyJournal } from '../../src/journal/store/verify-journal.ts';
import { setFaultHook } from '../../src/platform/fault-point.ts';
import {
  answerOf,
  brainOf,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  restlessBrain,
  settingsWith,
  WAIT,
} from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const batch = generatedBatch(40_000, 4);
const settings = settingsWith(...FREE_LIMITS);

interface Sent {
  readonly kind: 'submit' | 'modify' | 'cancel';
  readonly order: OrderRequest | undefined;
  /** What of it the journal on the disk knew at that moment. */
  readonly isKept: boolean;
}

/** An engine with a journal on disk, and what reached its venue. */
function rigOnDisk(brain = restlessBrain(3)) {
  const path = join(temporaryFolder(), 'run.sqlite');
  const journal = SqliteJournal.create(path);
  const sent: Sent[] = [];
  const isOnDisk = (type: string, id: string): boolean =>
    readJournal(path).entries.some(
      ({ body }) => body.type === type && JSON.stringify(body).includes(`"${id}"`),
    );
  const rig = engineRig({
    settings,
    brain,
    groupEnds: 'sequence',
    journal,
    isDurable: true,
    venue(exchange) {
      const { submit, modify, cancel } = exchange;
      exchange.submit = (order, now) => {
        const isKept = isOnDisk('order-submitted', order.id);
        sent.push({ kind: 'submit', order, isKept });
        submit.call(exchange, order, now);
      };
      exchange.modify = (change, now) => {
        const isKept = isOnDisk('order-change-requested', change.id);
        sent.push({ kind: 'modify', order: undefined, isKept });
        modify.call(exchange, change, now);
      };
      exchange.cancel = (id, now) => {
        const isKept = isOnDisk('order-cancel-requested', id);
        sent.push({ kind: 'cancel', order: undefined, isKept });
        cancel.call(exchange, id, now);
      };
      return exchange;
    },
  });
  return { ...rig, journal, path, sent };
}

/** Asks to buy five ticks below the market, and waits. */
function patientBrain(): ReturnType<typeof brainOf> {
  return brainOf(({ market, orders }) => {
    const bid = market.BID_STACK[0]?.[0];
    if (bid === undefined || orders.length > 0) return answerOf(WAIT);
    const price = (ticks: number): number => Math.round(bid * 100 + ticks) / 100;
    return answerOf({
      tool: 'enter_long',
      arguments: {
        limit_price: price(-5),
        stop_loss: price(-15),
        profit_target: price(15),
        size: 20,
        conviction: null,
        reasoning: '',
      },
    });
  });
}

function playOn({ engine }: ReturnType<typeof rigOnDisk>, from: number, until: () => boolean) {
  let index = from;
  while (index < batch.count && !until())
    index = engine.advance(batch, index, Number.POSITIVE_INFINITY, 1);
  return index;
}

function fillTheDisk(): void {
  setFaultHook((name) => {
    if (name === 'journal: before a commit')
      throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
  });
  onTestFinished(() => setFaultHook(undefined));
}

test('every order, change and cancel is on the disk before the venue is called', () => {
  const rig = rigOnDisk();
  playOn(rig, 0, () => rig.sent.length >= 36);
  expect(new Set(rig.sent.map(({ kind }) => kind))).toEqual(new Set(['submit', 'cancel']));
  expect(rig.sent.filter(({ isKept }) => !isKept)).toEqual([]);
  rig.journal.close();
});

test('a full disk stops entries, not exits and stops; what was not written is, when there is room', () => {
  const rig = rigOnDisk();
  const { engine, sent, alarms } = rig;
  const { portfolio } = engine.desk;
  let index = playOn(rig, 0, () => sent.length > 20 && portfolio.position !== 0);
  fillTheDisk();
  const before = sent.length;
  obeyTrading(engine, { name: 'pause-brain' });
  expect(engine.risk.halt?.code).toBe('JOURNAL');
  expect(alarms.filter((text) => text.includes('the disk is full'))).toEqual([
    expect.stringMatching(/cannot be written.*; nothing new is opened, stops and exits still go/),
    expect.stringMatching(/^trading halted: .*cannot be written/),
  ]);
  obeyTrading(engine, { name: 'resume-brain' });
  // the brain goes on: it may leave, and not enter
  index = playOn(rig, index, () => portfolio.position === 0 && engine.clock > 0);
  const asked = rig.decisions.length;
  index = playOn(rig, index, () => rig.decisions.length > asked);
  const later = sent.slice(before);
  expect(later.map(({ kind, order }) => `${kind} ${order?.role ?? ''}`)).toContain('submit EXIT');
  expect(later.filter(({ order }) => order !== undefined && !order.reduceOnly)).toEqual([]);
  expect(rig.decisions.at(-1)?.code).toBe('HALTED');
  expect(engine.desk.orders.hasWorking).toBe(false);

  setFaultHook(undefined);
  obeyTrading(engine, { name: 'reset-halt' });
  expect(alarms.at(-1)).toBe(
    'the journal is written again, with all that was missing; the halt stays',
  );
  index = playOn(rig, index, () => portfolio.position !== 0);
  expect(sent.at(-1)?.isKept).toBe(true);
  engine.end('stopped');
  rig.journal.close();
  const verdict = verifyJournal(rig.path);
  expect(verdict).toMatchObject({ state: 'whole' });
  expect(readJournal(rig.path).entries.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: readJournal(rig.path).entries.length }, (_, k) => k + 1),
  );
});

test('an entry whose intent finds the disk full does not leave', () => {
  const rig = rigOnDisk();
  const { engine, sent } = rig;
  const { portfolio, orders } = engine.desk;
  const index = playOn(
    rig,
    0,
    () => sent.length > 20 && portfolio.position === 0 && !orders.hasWorking,
  );
  fillTheDisk();
  const before = sent.length;
  const asked = rig.decisions.length;
  playOn(rig, index, () => rig.decisions.length > asked);
  expect(rig.decisions.at(-1)?.code).toBe('JOURNAL');
  expect(sent.slice(before)).toEqual([]);
  const bracket = [...orders.all].slice(-3);
  expect(bracket.map(({ request, status, reason }) => [request.role, status, reason])).toEqual([
    ['ENTRY', 'rejected', 'never sent: JOURNAL'],
    ['STOP', 'rejected', 'never sent: JOURNAL'],
    ['TARGET', 'rejected', 'never sent: JOURNAL'],
  ]);
  expect(engine.risk.halt?.code).toBe('JOURNAL');
});

test('entries that work when the journal fails are cancelled', () => {
  const rig = rigOnDisk(patientBrain());
  const { engine, sent } = rig;
  const { orders } = engine.desk;
  const hasEntry = () => [...orders.working].some(({ request }) => request.role === 'ENTRY');
  const index = playOn(rig, 0, hasEntry);
  fillTheDisk();
  obeyTrading(engine, { name: 'pause-brain' });
  const before = sent.length;
  playOn(rig, index, () => !hasEntry());
  expect(sent.slice(before).map(({ kind }) => kind)).toContain('cancel');
});
