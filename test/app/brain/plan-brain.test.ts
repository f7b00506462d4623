import { expect, test } from 'vitest';
import { planModel } from '../../../src/app/brain/plan-brain.ts';
import { PACKAGE_CONFIG_FOLDER } from '../../../src/config/config-folder.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { findModel, loadModels } from '../../../src/config/models.ts';
import { loadPrompt } from '../../../src/config/prompts.ts';
import type { Environment } from '../../../src/platform/environment.ts';
import { settingsWith } from '../../support/engine-rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TABLE = loadModels([PACKAGE_CONFIG_FOLDER]);
const PROMPT = loadPrompt(null, 'momentum', [PACKAGE_CONFIG_FOLDER]);
const ALL_KEYS: Environment = {
  XAI_API_KEY: 'key-of-xai',
  OPENAI_API_KEY: 'key-of-openai',
  FSD_API_KEY: 'key-of-fsd',
};

function plan(environment: Environment, ...assignments: string[]) {
  return planModel(settingsWith(...assignments), 10_000_000, TABLE, environment, PROMPT);
}

function accessOf(environment: Environment, ...assignments: string[]) {
  const { answeredBy } = plan(environment, ...assignments);
  return answeredBy.access;
}

test.for([
  ['grok', [], 'https://api.x.ai/v1', 'key-of-xai'],
  ['openai', [], 'https://api.openai.com/v1', 'key-of-openai'],
  ['ollama', ['brain.model=m'], 'http://127.0.0.1:11434/v1', null],
  ['compatible', ['brain.model=m', 'brain.baseUrl=https://h/v1'], 'https://h/v1', 'key-of-fsd'],
] as const)('%s is sent its own key, and no other’s', ([provider, more, baseUrl, apiKey]) => {
  expect(accessOf(ALL_KEYS, `brain.provider=${provider}`, ...more)).toMatchObject({
    provider,
    baseUrl,
    apiKey,
  });
});

test('either of xAI’s names holds its key, the first one counts, and blanks are none', () => {
  const grok = 'brain.provider=grok';
  expect(accessOf({ GROK_API_KEY: 'second' }, grok).apiKey).toBe('second');
  expect(accessOf({ XAI_API_KEY: 'first', GROK_API_KEY: 'second' }, grok).apiKey).toBe('first');
  expect(accessOf({ XAI_API_KEY: '  ', GROK_API_KEY: 'second' }, grok).apiKey).toBe('second');
});

test.for(['grok', 'openai'])(
  '%s without its key is told in one line with the remedy',
  (provider) => {
    const others = { FSD_API_KEY: 'x'.repeat(9) };
    expect(() => plan(others, `brain.provider=${provider}`)).toThrow(
      /^\w+ needs a key, and there is none: set \w+_API_KEY[^\n]*--provider rules$/,
    );
  },
);

test.for([
  [['brain.provider=ollama'], 'brain.model'],
  [['brain.provider=compatible', 'brain.model=m'], 'brain.baseUrl'],
  [['brain.provider=compatible', 'brain.model=m', 'brain.baseUrl=http://h/v1'], 'https'],
  [['brain.provider=grok', 'brain.reasoningEffort=minimal'], 'brain.reasoningEffort'],
] as const)('%j cannot be: %s', ([assignments, words]) => {
  expect(() => plan(ALL_KEYS, ...assignments)).toThrow(words);
});

test('a key may go over plain HTTP to this machine alone', () => {
  const set = ['brain.provider=compatible', 'brain.model=m'];
  for (const host of ['127.0.0.1:8080', 'localhost', '[::1]:1'])
    expect(accessOf(ALL_KEYS, ...set, `brain.baseUrl=http://${host}/v1`).apiKey).toBe('key-of-fsd');
  expect(accessOf({}, ...set, 'brain.baseUrl=http://box/v1').apiKey).toBeNull();
});

test('a model that is known has its price, by its aliases too; of another the cost is told as unknown', () => {
  const known = plan(ALL_KEYS, 'brain.provider=grok');
  expect([known.model, known.price?.inputUsd, known.warnings]).toEqual(['grok-4.3', 1.25, []]);
  expect(findModel(TABLE, 'grok', 'grok-latest')?.name).toBe('grok-4.3');
  const other = plan(ALL_KEYS, 'brain.provider=openai', 'brain.model=new', 'brain.budgetUsd=1');
  expect(other.price).toBeNull();
  expect(other.warnings).toEqual([expect.stringMatching(/no price .*no budget ends it/)]);
});

test('the prompt is filled in', () => {
  expect(plan(ALL_KEYS, 'brain.provider=grok').prompt.system).not.toContain('{{');
});

test('every entry of the table is dated and has a source, and cached input is never dearer', () => {
  expect(TABLE.models.length).toBeGreaterThan(3);
  for (const model of TABLE.models) {
    expect(model.source).not.toBe('');
    expect(model.cachedUsd).toBeLessThanOrEqual(model.inputUsd);
    expect(Object.keys(TABLE.providers)).toContain(model.provider);
  }
});

test('a table of the user’s that is none is told with file and key', () => {
  const folder = temporaryFolder({ 'models.json': '{"asOf":"yesterday"}' });
  expect(() => loadModels([PACKAGE_CONFIG_FOLDER, folder])).toThrow(/models\.json: asOf/);
});

test('who has a key of xAI’s asks its model, unless something else is chosen', () => {
  const workingFolder = temporaryFolder();
  const environment = { GROK_API_KEY: 'k' };
  const { config, origins } = loadConfig({ workingFolder, environment });
  expect([config.brain.provider, origins.get('brain.provider')]).toEqual([
    'grok',
    'environment GROK_API_KEY',
  ]);
  const assignments = ['brain.provider=rules'];
  expect(loadConfig({ workingFolder, environment, assignments }).config.brain.provider).toBe(
    'rules',
  );
  expect(loadConfig({ workingFolder, environment: {} }).config.brain.provider).toBe('rules');
});
