import { expect, test } from 'vitest';
import { CircuitBreaker } from '../../../src/brain/model/circuit-breaker.ts';
import { NS_PER_SECOND } from '../../../src/domain/time.ts';

test('it opens after so many failures in a row, and no sooner', () => {
  const breaker = new CircuitBreaker(3, 30);
  for (const [i, code] of (['TIMEOUT', 'PROVIDER_ERROR', 'TIMEOUT'] as const).entries()) {
    expect([breaker.isOpen, breaker.mayAsk(0)]).toEqual([false, true]);
    breaker.onReply(code, i);
  }
  expect(breaker.isOpen).toBe(true);
});

test('whatever the provider answers ends the row', () => {
  for (const code of [null, 'CUT_OFF', 'REFUSED'] as const) {
    const breaker = new CircuitBreaker(2, 30);
    breaker.onReply('TIMEOUT', 0);
    breaker.onReply(code, 1);
    breaker.onReply('TIMEOUT', 2);
    expect(breaker.isOpen).toBe(false);
  }
});

test('while it is open one question every so often tries, until one is answered', () => {
  const breaker = new CircuitBreaker(1, 30);
  const at = (seconds: number): number => seconds * NS_PER_SECOND;
  breaker.onReply('PROVIDER_ERROR', at(100));
  expect([129.8, 130].map((seconds) => breaker.mayAsk(at(seconds)))).toEqual([false, true]);
  breaker.onReply('TIMEOUT', at(130));
  expect([131, 159.8, 160].map((seconds) => breaker.mayAsk(at(seconds)))).toEqual([
    false,
    false,
    true,
  ]);
  breaker.onReply(null, at(160));
  expect([breaker.isOpen, breaker.mayAsk(at(160.2))]).toEqual([false, true]);
});

test('with 0 it never opens', () => {
  const breaker = new CircuitBreaker(0, 30);
  for (let i = 0; i < 100; i++) breaker.onReply('TIMEOUT', i);
  expect(breaker.isOpen).toBe(false);
});
