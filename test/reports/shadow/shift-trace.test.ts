import { expect, test } from 'vitest';
import { shiftTrace } from '../../../src/reports/shadow/shift-trace.ts';
import { decisionOf, episodeOf, spanOf, traceOf } from './trace.builder.ts';

test('a trace by another clock has all of its times moved, and its decisions are the same objects in both places', () => {
  const trace = traceOf([episodeOf('1', 20)], {
    spans: [spanOf('absent', 5, 7)],
    decisions: [decisionOf('D9', 30, { code: 'SPREAD', until: 40e9 })],
  });
  const shifted = shiftTrace(trace, 1e9);
  expect(shifted).toMatchObject({
    from: 1e9,
    until: 101e9,
    spans: [{ from: 6e9, until: 8e9 }],
    episodes: [
      {
        from: 21e9,
        orders: [
          {
            sentAt: 21e9,
            acknowledged: { ts: 21.02e9, knownAt: 21.04e9 },
            fills: [{ ts: 21.02e9 }],
          },
          { sentAt: 31e9 },
        ],
      },
    ],
    decisions: [{ at: 21e9 }, { at: 31e9, until: 41e9 }],
  });
  expect(shifted.decisions[0]).toBe(shifted.episodes[0]?.decision);
  expect(shiftTrace(shifted, -1e9)).toEqual(trace);
});
