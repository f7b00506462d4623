import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderPrompt } from '../../../src/brain/context/render-prompt.ts';
import { MARKET_FIELDS } from '../../../src/brain/context/state-text.ts';
import { parseCommand } from '../../../src/brain/language/parse-command.ts';
import type { RawCall } from '../../../src/brain/port.ts';
import { TOOL_DEFINITIONS } from '../../../src/brain/tools/tool-definitions.ts';
import { Preflight } from '../../../src/brain/validation/preflight.ts';
import { PACKAGE_CONFIG_FOLDER } from '../../../src/config/config-folder.ts';
import { loadPrompt } from '../../../src/config/prompts.ts';
import { sha256Of } from '../../../src/platform/sha256.ts';
import { settingsWith } from '../../support/engine-rig.ts';

const COMMANDS = [
  'ENTER_LONG',
  'ENTER_SHORT',
  'UPDATE_STOP',
  'UPDATE_TARGET',
  'EXIT',
  'CANCEL_ALL',
  'WAIT',
];
const TICK = 10_000_000;
const folder = join(PACKAGE_CONFIG_FOLDER, 'prompts');
const shipped = readdirSync(folder).map((file) => ({
  file,
  kind: file.startsWith('breakout') ? ('breakout' as const) : ('momentum' as const),
  text: readFileSync(join(folder, file), 'utf8'),
}));
const cases = shipped.flatMap((prompt) =>
  (['tools', 'language'] as const).map((answers) => ({ ...prompt, answers })),
);

function render(text: string, kind: string, answers: 'tools' | 'language'): string {
  return renderPrompt(text, {
    settings: settingsWith(`profile.name=${kind}`),
    tickNanos: TICK,
    answers,
  });
}

interface Example {
  readonly state: {
    readonly LAST: number;
    readonly BID_STACK: readonly (readonly [number, number])[];
    readonly ASK_STACK: readonly (readonly [number, number])[];
    readonly POSITION: number;
    readonly STOP?: number;
  };
  readonly calls: readonly RawCall[];
}

function examplesIn(text: string): readonly Example[] {
  const fenced = /```state\n(.*)\n```\n+```(call|command)\n(.*)\n```/g;
  return [...text.matchAll(fenced)].map(([, state = '', form, answer = '']) => ({
    state: JSON.parse(state),
    calls: form === 'call' ? [JSON.parse(answer)] : parseCommand(answer, 100).calls,
  }));
}

test.for(cases)('$file teaches $answers, every figure filled in', ({ text, kind, answers }) => {
  const prompt = render(text, kind, answers);
  expect(prompt).not.toMatch(/[{]{2}|undefined|NaN/);
  expect(prompt).not.toMatch(/\n{3}/);
  for (const field of MARKET_FIELDS) expect(prompt).toContain(field);
  if (answers === 'tools')
    for (const { name } of TOOL_DEFINITIONS) expect(prompt).toContain(`\`${name}\``);
  else for (const name of COMMANDS) expect(prompt).toContain(`\`${name}(`);
  expect(prompt.includes('Call exactly one tool')).toBe(answers === 'tools');
  expect(prompt.includes('ENTER_LONG(')).toBe(answers === 'language');
});

test.for(cases)('every example of $file in $answers passes gate 1', ({ text, kind, answers }) => {
  const settings = settingsWith(`profile.name=${kind}`);
  const gate = new Preflight(settings.validation, settings.brain);
  const prompt = render(text, kind, answers);
  const examples = examplesIn(prompt);
  expect(examples).toHaveLength(5);
  expect(prompt.split('```state')).toHaveLength(6);
  const tools = new Set<string>();
  for (const { state, calls } of examples) {
    const [bid] = state.BID_STACK;
    const [ask] = state.ASK_STACK;
    const facts = {
      ts: 0,
      bid: Math.round((bid?.[0] ?? 0) * 1e9),
      ask: Math.round((ask?.[0] ?? 0) * 1e9),
      last: Math.round(state.LAST * 1e9),
      position: state.POSITION,
      tickNanos: TICK,
    };
    const verdict = gate.onAnswer(calls, facts);
    expect(verdict).toHaveProperty('call');
    if (!('call' in verdict)) return;
    tools.add(verdict.call.tool);
    const stopPrice = state.STOP === undefined ? null : Math.round(state.STOP * 1e9);
    const effect = { ...facts, hasWorkingEntry: false, stopPrice };
    expect(gate.onEffect(verdict.call, facts, effect)).toBeUndefined();
  }
  expect(tools.size).toBeGreaterThanOrEqual(5);
});

test('the figures are those of the settings', () => {
  const settings = settingsWith(
    'validation.maxStop=0.45',
    'risk.dailyTrades=3',
    'risk.maxSpread=0.2',
  );
  const [momentum] = shipped.filter(({ kind }) => kind === 'momentum');
  const prompt = renderPrompt(momentum?.text ?? '', {
    settings,
    tickNanos: TICK,
    answers: 'tools',
  });
  expect(prompt).toContain('Stop 0.10 to 0.45 from the limit');
  expect(prompt).toContain('3 trades a day');
  expect(prompt).toContain('wider than 0.20 (0.15 until 10:00)');
});

test('a place that is no setting is an error, not a gap', () => {
  const figures = { settings: settingsWith(), tickNanos: TICK, answers: 'tools' } as const;
  expect(() => renderPrompt('{{risk.nothing}}', figures)).toThrow(/risk\.nothing/);
  expect(() => renderPrompt('{{#tools}}\nx\n', figures)).toThrow(/#tools/);
  expect(() => renderPrompt('{{__proto__.x}}', figures)).toThrow(RangeError);
});

test('a prompt file is known by its content', () => {
  const prompt = loadPrompt(null, 'breakout', [PACKAGE_CONFIG_FOLDER]);
  expect(prompt.name).toBe('breakout.v1');
  expect(prompt.sha256).toBe(sha256Of(prompt.text));
  expect(() => loadPrompt('momentum.v9', 'momentum', [PACKAGE_CONFIG_FOLDER])).toThrow(
    /momentum\.v1/,
  );
});
