import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MessagePacer, type PaceClass } from '../../../src/adapters/ibkr/message-pacer.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function rig() {
  const pacer = new MessagePacer();
  const sent: string[] = [];
  const dropped: string[] = [];
  const push = (name: string, paceClass: PaceClass, count = 1): void =>
    pacer.push({
      paceClass,
      count,
      send: () => sent.push(name),
      drop: () => dropped.push(name),
    });
  return { pacer, sent, dropped, push };
}

test('what is within the rate leaves at once', () => {
  const { sent, push } = rig();
  push('order', 'order', 3);
  push('question', 'question');
  expect(sent).toEqual(['order', 'question']);
});

test('never more than 45 messages leave within a second, whatever comes', () => {
  const { push } = rig();
  const written: number[] = [];
  const pacer = new MessagePacer();
  for (let i = 0; i < 200; i++)
    pacer.push({
      paceClass: i % 3 === 0 ? 'closing' : 'order',
      count: 1,
      send: () => written.push(performance.now()),
    });
  push('other', 'data');
  vi.advanceTimersByTime(6_000);
  expect(written).toHaveLength(200);
  for (const [i, at] of written.entries())
    expect(
      written.filter((other) => other > at - 1_000 && other <= at).length,
      `${i}`,
    ).toBeLessThanOrEqual(45);
});

test('a cancel overtakes everything that waits, and questions leave orders their part of the rate', () => {
  const { sent, push } = rig();
  for (let i = 0; i < 100; i++) push(`data ${i}`, 'data');
  expect(sent).toHaveLength(33);
  push('cancel', 'closing');
  push('order', 'order', 3);
  expect(sent.slice(33)).toEqual(['cancel', 'order']);
  for (let i = 0; i < 20; i++) push(`order ${i}`, 'order');
  push('close', 'closing');
  const before = sent.length;
  vi.advanceTimersByTime(1_001);
  expect(sent[before]).toBe('close');
  expect(sent.indexOf('order 19')).toBeLessThan(sent.indexOf('data 33'));
});

test('messages of one order leave together or wait together', () => {
  const { sent, push } = rig();
  for (let i = 0; i < 44; i++) push(`${i}`, 'order');
  push('bracket', 'order', 3);
  expect(sent).not.toContain('bracket');
  vi.advanceTimersByTime(1_001);
  expect(sent.at(-1)).toBe('bracket');
});

test('what waits at a lost connection is dropped, told so, and never leaves later', () => {
  const { pacer, sent, dropped, push } = rig();
  for (let i = 0; i < 60; i++) push(`${i}`, 'order');
  pacer.clear();
  expect(dropped).toHaveLength(15);
  vi.advanceTimersByTime(10_000);
  expect(sent).toHaveLength(45);
});
