import { buildContext } from '../brain/context/build-context.ts';
import { renderPrompt } from '../brain/context/render-prompt.ts';
import type { Asker } from '../brain/evaluation/ask-in-guises.ts';
import { type Evaluation, evaluate } from '../brain/evaluation/evaluate.ts';
import { askRules } from '../brain/evaluation/judge-answer.ts';
import type { QuotePath } from '../brain/evaluation/quote-path.ts';
import type { Situation } from '../brain/evaluation/situation.ts';
import { SituationDraw } from '../brain/evaluation/situation-draw.ts';
import { costOf } from '../brain/model/model-price.ts';
import type { ModelClient } from '../brain/model/port.ts';
import { readReply } from '../brain/model/read-reply.ts';
import { configFolders } from '../config/config-folder.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import { loadPrompt, type PromptFile } from '../config/prompts.ts';
import { formatDay } from '../domain/time.ts';
import type { Environment } from '../platform/environment.ts';
import type { ModelPlan } from './brain/plan-brain.ts';
import { observeMarket } from './observe-market.ts';
import { planModelOf, readCassetteHeader, sessionOf } from './run.ts';
import type { SessionPlan } from './session-setup.ts';

/** An evaluation and what it was of. */
export type BrainReport = {
  readonly provider: string;
  readonly model: string | null;
  readonly symbol: string;
  readonly session: string;
  readonly seed: number;
  /** What was drawn from: snapshots at which a model would have been asked with nothing open, and trades made by chance. */
  readonly candidates: SituationDraw['candidates'];
  readonly warnings: readonly string[];
} & Evaluation;

export interface BrainEvaluationOptions {
  readonly data: readonly string[];
  readonly settings: ResolvedConfig;
  readonly environment: Environment;
  /** Moments with nothing open. */
  readonly count: number;
  /** Moments with a position, and as many with an entry that works. */
  readonly heldCount: number;
  readonly repeats: number;
  readonly recordFile: string | undefined;
  readonly cassetteFile: string | undefined;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Draws situations from a day and scores what a brain makes of them.
 *
 * @throws {FeedError} If the data are damaged; {CassetteError}, {ConfigError}, {UnreachableError} as a run does.
 */
export async function evaluateBrain(options: BrainEvaluationOptions): Promise<BrainReport> {
  const { repeats, onProgress } = options;
  const drawn = await drawSituations(options);
  const cassette = await readCassetteHeader(options.cassetteFile);
  const session = sessionOf(drawn.plan, cassette);
  const situations = drawn.situations.map((each) => ({ ...each, settings: session.settings }));
  const { instrument, day, settings } = session;
  const model = await planModelOf(options, session, cassette);
  const { ask, close } = await askerOf(model?.plan, session);
  try {
    const evaluation = await evaluate({
      situations,
      path: drawn.path,
      ask,
      repeats,
      seed: settings.seed,
      onProgress: (done) => onProgress?.(done, situations.length),
    });
    return {
      provider: model?.plan.provider ?? 'rules',
      model: model?.plan.model ?? null,
      symbol: instrument.symbol,
      session: formatDay(day),
      seed: settings.seed,
      candidates: drawn.candidates,
      warnings: model?.warnings ?? [],
      ...evaluation,
    };
  } finally {
    close();
  }
}

/** Draws moments of the day, with nothing open and, from a chance trader's trades, with something. */
async function drawSituations({
  data,
  settings,
  count,
  heldCount,
}: BrainEvaluationOptions): Promise<{
  readonly plan: SessionPlan;
  readonly situations: readonly Situation[];
  readonly path: QuotePath;
  readonly candidates: SituationDraw['candidates'];
}> {
  let draw: SituationDraw | undefined;
  const plan = await observeMarket({
    data,
    settings,
    windowOf({ settings: engineSettings }, window) {
      draw = new SituationDraw(engineSettings, count, heldCount);
      return window;
    },
    onSnapshot: (question) => draw?.onSnapshot(question),
    ...(heldCount === 0
      ? {}
      : {
          decide: (question) => draw?.decide(question),
          onOutcome: (outcome) => draw?.onOutcome(outcome),
        }),
  });
  if (draw === undefined) throw new Error('a market that nobody was shown');
  return { plan, situations: draw.finish(), path: draw.path, candidates: draw.candidates };
}

async function askerOf(
  plan: ModelPlan | undefined,
  session: SessionPlan,
): Promise<{ readonly ask: Asker; readonly close: () => void }> {
  if (plan === undefined)
    return { ask: (situation) => Promise.resolve(askRules(situation)), close: () => undefined };
  const { createClient } = await import('./brain/create-brain.ts');
  const { client, close } = await createClient(plan, session.settings.brain);
  const { brain, profile } = session.settings;
  const prompt = loadPrompt(brain.prompt, profile.kind, configFolders(process.cwd()));
  return { ask: modelAsker(client, plan, prompt), close };
}

/** Puts a situation to a model as a run would. */
function modelAsker(client: ModelClient, plan: ModelPlan, prompt: PromptFile): Asker {
  let asked = 0;
  return async ({ question, conditions, settings, fieldOrder, history }) => {
    const { answers, size } = settings.brain;
    const { tickNanos } = question;
    const context = buildContext({
      system: renderPrompt(prompt.text, { settings, tickNanos, answers }),
      question,
      conditions,
      history,
      fieldOrder,
    });
    asked++;
    const { model, price } = plan;
    const reply = await client.ask({ decisionId: `E${asked}`, model, answers, ...context });
    return {
      ...readReply(reply, answers, size),
      attempts: reply.attempts,
      latencyMs: reply.latencyMs,
      promptSha256: prompt.sha256,
      requestSha256: reply.requestSha256,
      answerSha256: reply.answerSha256,
      tokens: reply.tokens,
      costUsd: costOf(reply.tokens, price),
    };
  };
}
