import { expect, test } from 'vitest';
import { ProgressLine } from '../../src/cli/progress-line.ts';

const PROGRESS = {
  percent: 41.6,
  clock: '11:02:03',
  events: 3_412_000,
  eventsPerSecond: 7_900_123,
  netPl: -12.5,
};
const TEXT = ' 42 %  11:02:03  3,412,000 events  7,900,123/s  P&L -12.50 $';

function shownAt(times: readonly number[], isTTY: boolean, columns = 100): string {
  let written = '';
  let now = 0;
  const line = new ProgressLine(
    {
      write(text) {
        written += text;
      },
      isTTY,
      columns,
    },
    () => now,
  );
  for (const time of times) {
    now = time;
    line.show(PROGRESS);
  }
  line.end();
  return written;
}

test('on a terminal one line is rewritten ten times a second, and taken away', () => {
  expect(shownAt([0, 99, 100], true)).toBe(`\r${TEXT}\x1b[K\r${TEXT}\x1b[K\r\x1b[K`);
});

test('elsewhere there is a line every five seconds', () => {
  expect(shownAt([0, 4999, 5000], false)).toBe(`${TEXT}\n${TEXT}\n`);
});

test('never wider than the terminal', () => {
  expect(shownAt([0], true, 20)).toBe(`\r${TEXT.slice(0, 19)}\x1b[K\r\x1b[K`);
});
