import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { riskRows } from '../../src/app/risk-table.ts';
import { riskCommand } from '../../src/cli/commands/risk.ts';
import { runProgram } from '../../src/cli/program.ts';
import { RISK_CHECKS } from '../../src/risk/risk-checks.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function risk(...options: string[]) {
  const terminal = capturedTerminal(temporaryFolder({}));
  const code = await runProgram(['risk', ...options], terminal, [riskCommand], '1.2.3');
  return { code, ...terminal.written };
}

test('every check is told with its limits as they are set', async () => {
  const { code, stdout } = await risk('--set', 'risk.dailyTrades=3', '--json');
  const lines = JSON.parse(stdout) as { code: string; limits: unknown; holdsExits: boolean }[];
  expect([code, lines.map((line) => line.code)]).toEqual([0, RISK_CHECKS.map((each) => each.code)]);
  expect(lines.find((line) => line.code === 'DAILY_TRADES')?.limits).toEqual({
    'risk.dailyTrades': 3,
  });
  expect(lines.filter((line) => line.holdsExits).map((line) => line.code)).toEqual([
    'NOT_CONNECTED',
    'RECONCILING',
  ]);
  const { stdout: text } = await risk('--set', 'risk.enabled=false');
  for (const { code: name, denies } of RISK_CHECKS)
    expect(text).toContain(`${name.padEnd(15)} ${denies}`);
  expect(text).toContain('risk.enabled is false');
});

test('the README’s table is that of the gate', () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, section = ''] = readme.split('\n## The risk gate\n');
  const rows = section
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(riskRows());
});
