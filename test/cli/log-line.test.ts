import { expect, test } from 'vitest';
import { formatLogLine, parseLogLine } from '../../src/cli/log-line.ts';
import { decisionRecord } from '../support/journal-entries.ts';
import { roundTrip } from '../support/run-result.builder.ts';

function shown(value: unknown): string | undefined {
  const line = parseLogLine(JSON.stringify(value));
  return line === undefined ? undefined : formatLogLine(line);
}

test('a refused decision shows what was answered, the code and the figures', () => {
  const record = decisionRecord({
    tool: 'wait',
    code: 'SPREAD',
    figures: { spread: 0.2, limit: 0.08 },
    answer: { tool: 'enter_long', arguments: { limit_price: 250.01, reasoning: 'buyers' } },
  });
  expect(shown(record)).toBe(
    '13:30:00.000  decision  d1 rules  enter_long(limit_price 250.01)  “buyers”  refused: SPREAD (spread 0.2, limit 0.08)',
  );
});

test('a round trip shows its prices and its net result', () => {
  expect(
    shown({ run: 'r', kind: 'trade', ts: '2025-10-15T13:30:10.000000000Z', ...roundTrip() }),
  ).toBe('13:30:10.000  trade     long 100 250.0000 → 250.1000 (target) net 8 $');
});

test('text from outside cannot move the cursor', () => {
  const answer = { tool: 'wait', arguments: { reasoning: '\u001b[2J\nhi' } };
  expect(shown(decisionRecord({ answer }))).toMatch(/ {2}“\P{C}*”$/u);
});

test.for(['[]', 'null', '{"run": 3}', '{"run": "a", "ts": "x", "kind": "other"}', 'x'])(
  '%s is no log line',
  (raw) => {
    expect(parseLogLine(raw)).toBeUndefined();
  },
);
