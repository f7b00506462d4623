import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keysCommand } from '../../src/cli/commands/keys.ts';
import { runProgram } from '../../src/cli/program.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function keys(files: Readonly<Record<string, string>>, ...options: string[]) {
  const folder = temporaryFolder(files);
  const terminal = capturedTerminal(folder);
  const code = await runProgram(['keys', ...options], terminal, [keysCommand], '1.2.3');
  return { code, folder, ...terminal.written };
}

test('the keys are those that the user has bound', async () => {
  const files = { 'config/keymap.json': '{"bindings": {"toggle-brain": ["P"]}}' };
  const { code, stdout } = await keys(files, '--json');
  const rows = JSON.parse(stdout) as { action: string; keys: string[] }[];
  expect([code, rows.find((row) => row.action === 'toggle-brain')?.keys]).toEqual([0, ['P']]);
});

test('a keymap that is wrong is bad usage and named', async () => {
  const { code, stdout, stderr, folder } = await keys({
    'config/keymap.json': '{"bindings": {"fly": ["x"]}}',
  });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`${join(folder, 'config', 'keymap.json')}: found unknown action "fly"`);
});
