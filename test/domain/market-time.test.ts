import { expect, test } from 'vitest';
import { parseMarketTime } from '../../src/domain/market-time.ts';
import { formatTimestamp, parseDay } from '../../src/domain/time.ts';
import { readCalendar } from '../support/market-rig.ts';

const DAY = parseDay('2025-10-15') ?? 0;
const calendars = {
  stocks: readCalendar('us-equities'),
  futures: readCalendar('cme-globex'),
};

test.for([
  ['stocks', '09:30', '2025-10-15T13:30:00.000000000Z'],
  ['stocks', '09:30:00.000000001', '2025-10-15T13:30:00.000000001Z'],
  ['stocks', '18:00', '2025-10-15T22:00:00.000000000Z'],
  ['futures', '08:30', '2025-10-15T13:30:00.000000000Z'],
  ['futures', '16:59:59', '2025-10-15T21:59:59.000000000Z'],
  ['futures', '17:00', '2025-10-14T22:00:00.000000000Z'],
  ['futures', '23:00', '2025-10-15T04:00:00.000000000Z'],
  ['stocks', '2025-10-15T13:30:00Z', '2025-10-15T13:30:00.000000000Z'],
  ['stocks', '2025-10-15T09:30:00-04:00', '2025-10-15T13:30:00.000000000Z'],
] as const)('of %s, %s is %s', ([market, text, expected]) => {
  const time = parseMarketTime(text, DAY, calendars[market]);
  expect(time === undefined ? undefined : formatTimestamp(DAY, time)).toBe(expected);
});

test.for(['noon', '25:00', '9', '2025-10-15', ''])('%j is no time', (text) => {
  expect(parseMarketTime(text, DAY, calendars.stocks)).toBeUndefined();
});
