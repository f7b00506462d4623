import { describe, expect, test } from 'vitest';
import type { EngineMessage } from '../../../src/engine/protocol.ts';
import { BellLimit, soundOf } from '../../../src/tui/store/bell.ts';
import { fakeFrame, fakeNotices, fakeTrade } from '../../support/fake-engine.ts';
import { morning, pressed } from '../../support/screen-state.ts';

const SIZE = { columns: 120, rows: 35 };
const frame = fakeFrame(31);
const alarm = (level: 'info' | 'warning' | 'critical'): EngineMessage => ({
  type: 'alarm',
  sequence: 99,
  level,
  text: 'no disk',
  clock: '09:41:00',
});

describe('the bell', () => {
  test.for<[string, EngineMessage, 'fill' | 'alarm' | undefined]>([
    ['an ordinary frame', frame, undefined],
    ['a halt', { ...frame, halted: 'kill switch' }, 'alarm'],
    ['a feed that is lost', { ...frame, feed: { ...frame.feed, state: 'failed' } }, 'alarm'],
    ['a feed that is stale', { ...frame, feed: { ...frame.feed, state: 'stale' } }, 'alarm'],
    ['the end of the feed', { ...frame, feed: { ...frame.feed, state: 'ended' } }, undefined],
    ['a critical alarm', alarm('critical'), 'alarm'],
    ['a warning', alarm('warning'), undefined],
    [
      'a stop',
      {
        type: 'trade-closed',
        sequence: 9,
        trade: { ...fakeTrade(-20), exitReason: 'stop' },
        clock: '',
      },
      'alarm',
    ],
    [
      'a target',
      {
        type: 'trade-closed',
        sequence: 9,
        trade: { ...fakeTrade(20), exitReason: 'target' },
        clock: '',
      },
      undefined,
    ],
    ['a run that fails', { type: 'run-failed', kind: 'data', text: 'no file' }, 'alarm'],
  ])('at %s', ([, message, sound]) => {
    expect(soundOf(morning(SIZE), message)).toBe(sound);
  });

  test('at a fill, as an alarm where it is a stop’s', () => {
    const fill = fakeNotices().find((notice) => notice.type === 'order-filled');
    if (fill === undefined) throw new Error('there is no fill');
    expect(soundOf(morning(SIZE), { ...fill, role: 'ENTRY' })).toBe('fill');
    expect(soundOf(morning(SIZE), { ...fill, role: 'STOP' })).toBe('alarm');
  });

  test('a halt that lasts rings once', () => {
    const halted = morning(SIZE, { situation: 'halted' });
    expect(soundOf(halted, { ...frame, halted: 'daily loss' })).toBeUndefined();
  });

  test('rings for fills at most every 1.5 s, and for an alarm between them', () => {
    const limit = new BellLimit();
    const heard = [
      limit.rings('fill', 0),
      limit.rings('fill', 1_499),
      limit.rings('alarm', 1_499),
      limit.rings('alarm', 1_900),
      limit.rings('alarm', 1_999),
      limit.rings('fill', 3_400),
      limit.rings('fill', 3_500),
    ];
    expect(heard).toEqual([true, false, true, false, true, false, true]);
  });

  test('is off until :bell switches it on, and off again', () => {
    const line = [':', ...Array.from('bell'), 'enter'];
    const on = pressed(morning(SIZE), ...line);
    expect(morning(SIZE).settings.bell ?? false).toBe(false);
    expect(on.settings.bell).toBe(true);
    expect(on.status?.text).toBe('the bell rings');
    expect(pressed(on, ...line).settings.bell).toBe(false);
  });
});
