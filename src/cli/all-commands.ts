import { resolve } from 'node:path';
import type { ResumableRun } from '../app/resumable-run.ts';
import type { RunHandle } from '../app/run.ts';
import type { RunOptions } from '../app/run-options.ts';
import { TradingCalendar } from '../domain/calendar.ts';
import type { Command } from './command.ts';
import { bookCommand, stateCommand } from './commands/book.ts';
import { brainEvalCommand } from './commands/brain.ts';
import { dataCompileCommand } from './commands/compile.ts';
import { completionCommand } from './commands/completion.ts';
import { configSchemaCommand, configShowCommand } from './commands/config.ts';
import {
  dataCompareCommand,
  dataGenerateCommand,
  dataInfoCommand,
  dataVerifyCommand,
} from './commands/data.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { fakeGatewayCommand } from './commands/fake-gateway.ts';
import { flattenCommand } from './commands/flatten.ts';
import { dataHistoryCommand } from './commands/history.ts';
import { journalVerifyCommand } from './commands/journal.ts';
import { keysCommand } from './commands/keys.ts';
import { logsCommand } from './commands/logs.ts';
import { promptCommand } from './commands/prompt.ts';
import {
  type DailyRiskHandlers,
  riskCommand,
  riskResetCommand,
  riskStatusCommand,
} from './commands/risk.ts';
import { type RunHandlers, runCommand } from './commands/run.ts';
import { reportCommand, runsCommand } from './commands/runs.ts';
import { shadowCommand } from './commands/shadow.ts';
import { dataThresholdsCommand } from './commands/thresholds.ts';
import { venueCommand } from './commands/venue.ts';
import { concludeRun, farewell } from './conclude-run.ts';
import { EXIT } from './exit-codes.ts';
import { findDepthFile, lobsterCompanion } from './find-truth.ts';
import { askToTradeLive } from './live-question.ts';
import { askToResume, resumedText } from './resume-question.ts';
import { runHeadless } from './run-headless.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** The day's journals, read when they are asked for. */
const DAILY_RISK: DailyRiskHandlers = {
  async dailyRisk(question) {
    const { dailyRisk } = await import('../app/daily-risk.ts');
    return dailyRisk(question);
  },
  async resetDailyHalt(question, reason) {
    const { resetDailyHalt } = await import('../app/daily-risk.ts');
    return resetDailyHalt(question, reason);
  },
  async renderDailyRisk(risk) {
    const { renderDailyRisk } = await import('../app/daily-risk.ts');
    return renderDailyRisk(risk);
  },
};

const demoSession: RunHandlers['demoSession'] = async (settings, workingFolder) => {
  const { ensureDemoSession } = await import('../app/data-generate.ts');
  return ensureDemoSession(resolve(workingFolder, settings.config.paths.cache));
};

/** Starts a run at its market; `undefined`: it was not confirmed. */
async function beginRun(options: RunOptions, terminal: Terminal): Promise<RunHandle | undefined> {
  const confirmResume = (run: ResumableRun) => askToResume(run, terminal);
  const { mode } = options;
  if (mode === 'paper' || mode === 'live') {
    const { startBrokerRun } = await import('../app/broker/start-broker-run.ts');
    const handle = await startBrokerRun(
      { ...options, mode },
      { confirmResume, confirmLive: (terms) => askToTradeLive(terms, terminal) },
    );
    if (handle?.resumed !== undefined) terminal.stderr.write(resumedText(handle));
    return handle;
  }
  const { startRun } = await import('../app/run.ts');
  const handle = await startRun(options, confirmResume);
  if (options.resume !== undefined) terminal.stderr.write(resumedText(handle));
  return handle;
}

/** Every command, with what it does. The heavy parts are loaded when they are needed: `--version` reads none of them. */
export const ALL_COMMANDS: readonly Command[] = [
  runCommand({
    demoSession,
    async whyPaper(settings) {
      const { whyPaper } = await import('../app/broker/why-paper.ts');
      return whyPaper(settings);
    },
    async run(options, terminal) {
      const { environment, signal, streams, workingFolder } = terminal;
      const begin = () => beginRun(options, terminal);
      if (options.isHeadless || streams === undefined) {
        const handle = await begin();
        return handle === undefined ? EXIT.badUsage : runHeadless(handle, options, terminal);
      }
      // the engine's thread comes up while this one loads the screen
      const [handle, { runOnScreen }] = await Promise.all([
        begin(),
        import('../app/screen-run.ts'),
      ]);
      if (handle === undefined) return EXIT.badUsage;
      const outcome = await runOnScreen(handle, options, {
        ...streams,
        environment,
        workingFolder,
        signal,
      });
      return concludeRun(outcome, options, terminal, farewell);
    },
  }),
  venueCommand({
    demoSession,
    async venue(options, address, onListening, signal) {
      const { planMarket } = await import('../app/run.ts');
      const { startVenue } = await import('../app/venue/start-venue.ts');
      const { market } = await planMarket(options);
      const server = await startVenue(market, address);
      onListening();
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      server.close();
    },
  }),
  fakeGatewayCommand({
    demoSession,
    async playGateway(options, start) {
      const { planMarket } = await import('../app/run.ts');
      const { runDataGateway } = await import('../app/gateway/gateway-program.ts');
      const { market } = await planMarket(options);
      const speed = options.speed === 'max' ? Number.POSITIVE_INFINITY : options.speed;
      await runDataGateway(market, speed, start);
    },
    async handleGateway(quote, start) {
      const { runHandledGateway } = await import('../app/gateway/gateway-program.ts');
      await runHandledGateway(quote, start);
    },
  }),
  flattenCommand({
    async flatten(options) {
      const { flatten } = await import('../app/broker/flatten.ts');
      return flatten(options);
    },
  }),
  dataInfoCommand({
    async dataInfo(path) {
      const { dataInfo } = await import('../app/data-info.ts');
      return dataInfo(path);
    },
    async *dataRecords(path, most) {
      const { firstRecords } = await import('../app/data-info.ts');
      yield* firstRecords(path, most);
    },
  }),
  dataGenerateCommand({
    async dataGenerate(options) {
      const { generateData } = await import('../app/data-generate.ts');
      const { dataInfo } = await import('../app/data-info.ts');
      const { GENERATED_DAY, loadCalendar } = await import('../app/session-setup.ts');
      const calendar = new TradingCalendar(loadCalendar('us-equities'));
      const { session = GENERATED_DAY } = options;
      if (calendar.dayOn(session, session).session === null) {
        throw new UsageError('--session: there is no trading on that day');
      }
      try {
        await generateData({ ...options, session, calendar });
      } catch (error) {
        if (error instanceof RangeError) throw new UsageError(error.message);
        throw error;
      }
      return dataInfo(options.out);
    },
  }),
  dataCompileCommand({
    async dataCompile(file, settings, onProgress) {
      const { compileFile } = await import('../app/compiled-day.ts');
      return compileFile(file, settings, onProgress);
    },
  }),
  dataHistoryCommand({
    async dataHistory(options) {
      const { collectHistory } = await import('../app/history/collect-history.ts');
      return collectHistory(options);
    },
  }),
  dataThresholdsCommand({
    async dataThresholds(question) {
      const { measureThresholds } = await import('../app/thresholds/measure-thresholds.ts');
      return measureThresholds(question);
    },
  }),
  dataVerifyCommand({
    async dataVerify(path, truth) {
      const { recognizeFile } = await import('../app/recognize-file.ts');
      const { verifyDbn, verifyLobster } = await import('../app/data-verify.ts');
      if ((await recognizeFile(path)) === 'lobster') {
        if (truth !== undefined && truth !== lobsterCompanion(path)) {
          throw new UsageError(
            'data verify: of a LOBSTER day the orderbook file beside it is the truth; name no other',
          );
        }
        return verifyLobster(path);
      }
      const depthFile = truth ?? findDepthFile(path);
      if (depthFile === undefined) {
        throw new UsageError('data verify: there is no mbp-10 file beside it; name one as TRUTH');
      }
      return verifyDbn([path], depthFile);
    },
  }),
  dataCompareCommand({
    async dataCompare(options, formats) {
      const { compareData, renderComparison } = await import('../app/data-compare.ts');
      const comparison = await compareData(options);
      return formats.map((format) => renderComparison(comparison, format));
    },
  }),
  bookCommand({
    async book({ data, settings, moment, levels, hasHash }) {
      const { bookAt } = await import('../app/book-tools.ts');
      return bookAt({
        data,
        settings,
        levels,
        withHash: hasHash,
        at: moment.type === 'at' ? moment.time : undefined,
        after: moment.type === 'after' ? moment.events : undefined,
      });
    },
    async *bookRows(options) {
      const { followBook } = await import('../app/book-tools.ts');
      yield* followBook(options);
    },
  }),
  stateCommand({
    async state({ data, settings, time }) {
      const { marketStateAt } = await import('../app/market-state-at.ts');
      return marketStateAt({ data, settings, at: time });
    },
  }),
  promptCommand({
    async prompt({ data, settings, time, answers }) {
      const { promptAt } = await import('../app/prompt-at.ts');
      return promptAt({ data, settings, at: time, answers });
    },
  }),
  brainEvalCommand({
    async evaluate(options) {
      const { evaluateBrain } = await import('../app/evaluate-brain.ts');
      return evaluateBrain(options);
    },
  }),
  runsCommand,
  reportCommand,
  logsCommand,
  explainCommand({
    async explain(options) {
      const { explainDecision } = await import('../app/explain-decision.ts');
      return explainDecision(options);
    },
  }),
  shadowCommand({
    async shadow(question) {
      const { shadowRun } = await import('../app/shadow/shadow-run.ts');
      const { renderShadow } = await import('../app/shadow/shadow-formats.ts');
      const result = await shadowRun(question);
      if ('problem' in result) return result;
      return { render: (format) => renderShadow(result, format) };
    },
  }),
  riskCommand,
  riskStatusCommand(DAILY_RISK),
  riskResetCommand(DAILY_RISK),
  journalVerifyCommand,
  keysCommand,
  doctorCommand,
  configShowCommand,
  configSchemaCommand,
  completionCommand,
];
