import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { describeConfig, renderConfig, settingsJsonSchema } from '../../src/config/show-config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'xai-0123456789';

function resolved() {
  return loadConfig({
    workingFolder: temporaryFolder(),
    environment: { XAI_API_KEY: SECRET, FSD_API_KEY: SECRET },
    assignments: ['risk.dailyLossUsd=250'],
  });
}

test('shows each setting with value, origin, meaning, range and variable', () => {
  expect(
    describeConfig(resolved()).settings.find(({ key }) => key === 'risk.dailyLossUsd'),
  ).toEqual({
    key: 'risk.dailyLossUsd',
    value: 250,
    origin: '--set',
    meaning: 'loss of the day at which trading halts, $',
    allowed: 'a number above 0',
    variable: 'FSD_RISK__DAILY_LOSS_USD',
  });
});

test('every setting has a meaning', () => {
  expect(describeConfig(resolved()).settings.filter(({ meaning }) => meaning === '')).toEqual([]);
});

test('marks what is not built in', () => {
  const lines = renderConfig(resolved()).split('\n');
  expect(
    lines
      .filter((line) => /risk\.daily/.test(line) && !line.startsWith('A '))
      .map((line) => line.replace(/ +/g, ' ')),
  ).toEqual(['* risk.dailyLossUsd 250 --set', ' risk.dailyTrades 10 built-in']);
});

test('shows no secret', () => {
  expect(renderConfig(resolved()) + JSON.stringify(describeConfig(resolved()))).not.toContain(
    SECRET,
  );
});

test('the JSON Schema describes every setting, requires none and allows no other', () => {
  const schema = settingsJsonSchema();
  expect(schema).toMatchObject({
    additionalProperties: false,
    properties: {
      risk: {
        additionalProperties: false,
        properties: {
          dailyLossUsd: {
            type: 'number',
            exclusiveMinimum: 0,
            default: 500,
            description: 'loss of the day at which trading halts, $',
          },
        },
      },
    },
  });
  expect(JSON.stringify(schema)).not.toContain('"required"');
});
