import { resolve } from 'node:path';
import type { Finding } from '../../app/doctor.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { findData } from '../find-data.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';

const MARKS: Readonly<Record<Finding['state'], string>> = {
  fine: 'ok     ',
  note: 'note   ',
  problem: 'PROBLEM',
};

export const doctorCommand: Command = {
  name: 'doctor',
  help: 'Check terminal, Node, settings, keys, data, folders and TWS; each problem with its remedy',
  positionals: [],
  options: { ...SETTINGS_OPTIONS, json: { type: 'flag', help: 'as a JSON array' } },
  async run(given, terminal) {
    const { examine } = await import('../../app/doctor.ts');
    const { stdout, streams, environment, workingFolder } = terminal;
    const findings = await examine({
      nodeVersion: process.version,
      environment,
      workingFolder,
      size: streams === undefined ? undefined : streams.stdout,
      readSettings: () => readSettings(given, terminal),
      findData: ({ config, isSymbolChosen }) =>
        findData({
          given: [],
          fromEnvironment: environment['FSD_DATA'],
          workingFolder,
          symbol: config.symbol,
          isSymbolChosen,
          date: undefined,
        }),
      async examineBroker(settings, mode) {
        const { brokerQuestionOf, examineBroker } = await import('../../app/broker-checkup.ts');
        const { findGuard } = await import('../../app/guard/running-guard.ts');
        const question = brokerQuestionOf(settings, mode);
        const { port, clientIds } = question;
        const logs = resolve(workingFolder, settings.config.paths.logs);
        const guard = await findGuard(logs, { port, orderClientId: clientIds.orders });
        return examineBroker({ ...question, isRunGoing: guard !== undefined });
      },
    });
    stdout.write(given.flag('json') ? `${JSON.stringify(findings, null, 2)}\n` : textOf(findings));
    return findings.some(({ state }) => state === 'problem') ? EXIT.failed : EXIT.done;
  },
};

function textOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const indent = ' '.repeat(MARKS.fine.length + width + 2);
  const lines = findings.flatMap(({ name, state, text, remedy }) => [
    `${MARKS[state]} ${name.padEnd(width)} ${text.replaceAll('\n', `\n${indent}`)}`,
    ...(remedy === undefined ? [] : [`${indent}-> ${remedy}`]),
  ]);
  return `${lines.join('\n')}\n`;
}
