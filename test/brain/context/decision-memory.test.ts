import { expect, test } from 'vitest';
import { DecisionMemory } from '../../../src/brain/context/decision-memory.ts';
import type { DecisionOutcome, Question } from '../../../src/brain/port.ts';
import type { ToolName } from '../../../src/domain/decision.ts';
import { question, workingOrder } from '../../support/question.builder.ts';

function outcome(
  tool: ToolName,
  more: Partial<DecisionOutcome['record']> = {},
  ts = 50_000e9,
): DecisionOutcome {
  return {
    ts,
    effectTs: ts,
    record: {
      id: 'D1',
      provider: 'openai',
      model: 'm',
      asked: true,
      attempts: 1,
      latencyMs: 5,
      promptSha256: null,
      requestSha256: null,
      answerSha256: null,
      tokens: null,
      costUsd: null,
      answer: { tool, arguments: {} },
      tool,
      code: null,
      figures: null,
      orders: [],
      conditions: null,
      ...more,
    },
  };
}

const placed = { orders: [{ id: 'O1', role: 'ENTRY' }] };
const entryOrder = { ...workingOrder('ENTRY', 250), id: 'O1' };

function seen(account: Partial<Question['account']>, orders: Question['orders'] = []) {
  const asked = question();
  return { ...asked, account: { ...asked.account, ...account }, orders };
}

test('an entry is followed from its order to its result', () => {
  const memory = new DecisionMemory();
  memory.observe(seen({ DAILY_PL: 3, DAILY_TRADES: 1 }));
  memory.onOutcome(outcome('enter_long', placed));
  const outcomeAt = (now: ReturnType<typeof seen>) => {
    memory.observe(now);
    return memory.at(now)[0]?.outcome;
  };
  expect(outcomeAt(seen({ DAILY_PL: 3, DAILY_TRADES: 1 }, [entryOrder]))).toBe(
    'order works, not filled',
  );
  expect(outcomeAt(seen({ DAILY_TRADES: 2, POSITION: 100, UNREALIZED_PL: -2.5 }))).toBe(
    'in position, open result -2.50',
  );
  expect(outcomeAt(seen({ DAILY_TRADES: 2, DAILY_PL: 10.1 }))).toBe('closed, result 7.10');
  expect(outcomeAt(seen({ DAILY_TRADES: 3, DAILY_PL: 99, POSITION: -100 }))).toBe(
    'closed, result 7.10',
  );
});

test('an entry that never filled says so', () => {
  const memory = new DecisionMemory();
  memory.onOutcome(outcome('enter_short', placed));
  memory.observe(seen({}, [entryOrder]));
  memory.observe(seen({}));
  expect(memory.at(seen({}))[0]?.outcome).toBe('order ended, not filled');
});

test('the last three decisions are kept, oldest first, but not questions that were not put', () => {
  const memory = new DecisionMemory();
  for (const [i, code] of ['NO_CALL', 'TIMEOUT', 'GATE', 'REFUSED', 'BUDGET', null].entries())
    memory.onOutcome(outcome('wait', { code }, (50_000 + i) * 1e9));
  expect(
    memory.at(question({ ts: 50_010.5e9 })).map(({ secsAgo, code }) => [secsAgo, code]),
  ).toEqual([
    [9, 'TIMEOUT'],
    [7, 'REFUSED'],
    [5, null],
  ]);
});

test('what was refused has no outcome, what was done tells it', () => {
  const memory = new DecisionMemory();
  memory.onOutcome(outcome('wait', { code: 'OFF_TICK' }));
  memory.onOutcome(outcome('update_stop'));
  memory.onOutcome(outcome('exit_position'));
  expect(memory.at(seen({ POSITION: 100 })).map((past) => past.outcome)).toEqual([
    null,
    'moved',
    'closing',
  ]);
  expect(memory.at(seen({}))[2]?.outcome).toBe('position closed');
});

test('a memory that is restored goes on as the one that was copied', () => {
  const memory = new DecisionMemory();
  memory.observe(seen({ DAILY_PL: 1 }));
  memory.onOutcome(outcome('enter_long', placed));
  const copy = memory.capture();
  memory.observe(seen({ DAILY_TRADES: 1, DAILY_PL: 5 }));
  const other = new DecisionMemory();
  other.restore(copy);
  expect(other.at(seen({}))[0]?.outcome).toBe('order works, not filled');
  other.observe(seen({ DAILY_TRADES: 1, DAILY_PL: 5 }));
  expect(other.at(seen({}))).toEqual(memory.at(seen({})));
});
