import { resolve } from 'node:path';
import type { DailyRisk, DailyRiskQuestion, ResetOutcome } from '../../app/daily-risk.ts';
import { renderRisk, riskLines } from '../../app/risk-table.ts';
import { formatDay, parseDay } from '../../domain/time.ts';
import type { ArgumentSpecs, Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** What the commands about a trading day need of the composition. */
export interface DailyRiskHandlers {
  dailyRisk(question: DailyRiskQuestion): Promise<DailyRisk>;
  resetDailyHalt(question: DailyRiskQuestion, reason: string): Promise<ResetOutcome>;
  renderDailyRisk(risk: DailyRisk): Promise<string>;
}

export const riskCommand: Command = {
  name: 'risk',
  help: 'Every check of the risk gate, when it denies an order, and its limits',
  positionals: [],
  options: { ...SETTINGS_OPTIONS, json: { type: 'flag', help: 'as a JSON array' } },
  run(given, terminal) {
    const { risk } = readSettings(given, terminal).config;
    terminal.stdout.write(
      given.flag('json') ? `${JSON.stringify(riskLines(risk), null, 2)}\n` : renderRisk(risk),
    );
    return Promise.resolve(EXIT.done);
  },
};

const DAY_OPTIONS: ArgumentSpecs = {
  symbol: { type: 'text', help: 'instrument', otherwise: 'TSLA' },
  mode: {
    type: 'text',
    help: 'whose runs: paper or live; others are days of their own',
    otherwise: 'paper',
    choices: ['paper', 'live'],
  },
  date: { type: 'text', help: 'trading day, YYYYMMDD', otherwise: 'the one that it is now' },
  ...SETTINGS_OPTIONS,
  json: { type: 'flag', help: 'as one JSON object' },
};

export function riskStatusCommand(handlers: DailyRiskHandlers): Command {
  return {
    name: 'risk status',
    help: 'What a trading day has used up of its limits, what is halted, and which runs did it',
    positionals: [],
    options: DAY_OPTIONS,
    async run(given, terminal) {
      const risk = await handlers.dailyRisk(questionOf(given, terminal));
      terminal.stdout.write(await textOf(risk, given, handlers));
      return EXIT.done;
    },
  };
}

export function riskResetCommand(handlers: DailyRiskHandlers): Command {
  return {
    name: 'risk reset',
    help: 'Lift a halt between runs, with a reason that is journalled; a running program has a key for it',
    positionals: [],
    options: { reason: { type: 'text', help: 'why trading may open again' }, ...DAY_OPTIONS },
    async run(given, terminal) {
      const reason = given.text('reason')?.trim() ?? '';
      if (reason === '') throw new UsageError('risk reset: --reason is missing: it is journalled');
      const question = questionOf(given, terminal);
      const outcome = await handlers.resetDailyHalt(question, reason);
      if (outcome.state === 'running') {
        throw new UsageError(
          `risk reset: the run ${outcome.run} is still going and would not see it; give it the command reset-halt`,
        );
      }
      if (outcome.state === 'not-halted') {
        const { symbol } = question.settings.config;
        const day = question.date === undefined ? 'now' : `on ${formatDay(question.date)}`;
        throw new UsageError(
          `risk reset: nothing is halted ${day} for ${symbol} in ${question.mode} runs`,
        );
      }
      const { risk } = outcome;
      const [left] = risk.halts;
      terminal.stderr.write(
        left === undefined
          ? 'Halt reset: the next run may open again.\n'
          : `Halt reset, but another one stands: ${left.code}: ${left.reason}\n`,
      );
      terminal.stdout.write(await textOf(risk, given, handlers));
      return EXIT.done;
    },
  };
}

async function textOf(
  risk: DailyRisk,
  given: Arguments,
  handlers: DailyRiskHandlers,
): Promise<string> {
  return given.flag('json')
    ? `${JSON.stringify(risk, null, 2)}\n`
    : await handlers.renderDailyRisk(risk);
}

function questionOf(given: Arguments, terminal: Terminal): DailyRiskQuestion {
  const settings = readSettings(given, terminal);
  const { workingFolder } = terminal;
  return {
    settings,
    workingFolder,
    logsFolder: resolve(workingFolder, settings.config.paths.logs),
    mode: given.text('mode') === 'live' ? 'live' : 'paper',
    date: given.parsed('date', 'a day as YYYYMMDD', parseDay),
    nowMs: Date.now(),
  };
}
