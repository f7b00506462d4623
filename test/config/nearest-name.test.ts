import { expect, test } from 'vitest';
import { nearestName } from '../../src/config/nearest-name.ts';

const NAMES = [
  'risk.dailyLossUsd',
  'risk.dailyTrades',
  'execution.queueModel',
  'book',
  '--headless',
];

test.for([
  ['risk.dailyLosUsd', 'risk.dailyLossUsd'],
  ['risk.daily-trades', 'risk.dailyTrades'],
  ['queuemodel', 'execution.queueModel'],
  ['bok', 'book'],
  ['obok', 'book'],
  ['--haedless', '--headless'],
] as const)('%s was meant to be %s', ([text, name]) => {
  expect(nearestName(text, NAMES)).toBe(name);
});

test.for(['zzzz', '', '--', 'a'])('nothing is near %j', (text) => {
  expect(nearestName(text, NAMES)).toBeUndefined();
});
