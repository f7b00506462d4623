import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PROGRAM } from '../support/built-program.ts';
import { TerminalProgram } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'fsd-terminal-'));

afterAll(() => rmSync(folder, { recursive: true }));

function start(columns: number, rows: number): TerminalProgram {
  const paths = ['--set', `paths.logs=${folder}/logs`, '--set', `paths.cache=${folder}/cache`];
  return new TerminalProgram([PROGRAM, '--backtest', '--speed', '50', ...paths], { columns, rows });
}

test('the built program trades the demo on screen, obeys its keys, and gives the terminal back', async () => {
  const program = start(160, 45);
  for (const pane of ['ladder', 'tape', 'cumulative delta', 'account']) {
    await program.until((text) => text.includes(pane), 20_000);
  }
  // the market moves: a price of the demo stands in the header
  await program.until((text) => /TSLA\s+2[45]\d\.\d\d/.test(text));
  expect(program.isAlternate).toBe(true);

  program.press('p');
  await program.until((text) => text.includes('brain paused'));
  program.press('x');
  await program.until((text) => text.includes('flatten'));
  program.press('?');
  await program.until((text) => text.includes('kill switch: cancel all'));
  // a panic key works in a dialog too
  program.press('K');
  await program.until((text) => /HALT/i.test(text));
  program.press('\u001B');

  program.resize(80, 24);
  await program.until((text) => text.split('\n').length === 24 && text.includes('tape'));
  program.resize(120, 35);
  await program.until((text) => text.includes('account'));

  program.press('q');
  expect(await program.exited).toMatchObject({ exitCode: 5 });
  expect([program.isAlternate, program.isCursorShown]).toEqual([false, true]);
}, 60_000);

test('a signal ends the run and gives the terminal back', async () => {
  const program = start(120, 35);
  await program.until((text) => text.includes('ladder'), 20_000);
  program.kill('SIGTERM');
  await program.exited;
  expect([program.isAlternate, program.isCursorShown]).toEqual([false, true]);
}, 60_000);
