import { buildContext } from '../brain/context/build-context.ts';
import { renderPrompt } from '../brain/context/render-prompt.ts';
import { MARKET_FIELDS } from '../brain/context/state-text.ts';
import { type Asker, askRules, type Evaluation, evaluate } from '../brain/evaluation/evaluate.ts';
import { QuotePath } from '../brain/evaluation/quote-path.ts';
import { keptQuestion, type Situation } from '../brain/evaluation/situation.ts';
import { costOf } from '../brain/model/model-price.ts';
import type { ModelClient } from '../brain/model/port.ts';
import { readReply } from '../brain/model/read-reply.ts';
import { Checklist } from '../brain/rules/checklist.ts';
import { configFolders } from '../config/config-folder.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import { loadPrompt, type PromptFile } from '../config/prompts.ts';
import { Random } from '../domain/random.ts';
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
  /** Snapshots at which a model would have been asked: the situations were drawn from them. */
  readonly candidates: number;
  readonly warnings: readonly string[];
} & Evaluation;

export interface BrainEvaluationOptions {
  readonly data: readonly string[];
  readonly settings: ResolvedConfig;
  readonly environment: Environment;
  readonly count: number;
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
  const { count, repeats, onProgress } = options;
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
      onProgress: (done) => onProgress?.(done, Math.min(count, situations.length)),
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

/** So many snapshots of the day, each as likely as any other, of those at which a model would be asked. */
async function drawSituations({ data, settings, count }: BrainEvaluationOptions): Promise<{
  readonly plan: SessionPlan;
  readonly situations: readonly Situation[];
  readonly path: QuotePath;
  readonly candidates: number;
}> {
  const path = new QuotePath();
  const drawn: Situation[] = [];
  let checklist: Checklist | undefined;
  let random: Random | undefined;
  let candidates = 0;
  const plan = await observeMarket({
    data,
    settings,
    windowOf({ settings: { profile, seed } }, window) {
      checklist = new Checklist(profile);
      random = new Random(seed);
      return window;
    },
    onSnapshot(question, session) {
      path.add(question.ts, question.bid, question.ask);
      if (checklist === undefined || random === undefined) return;
      const before = checklist.capture();
      checklist.observe(question);
      const { conditions } = checklist;
      const held = Math.max(heldOf(conditions.long), heldOf(conditions.short));
      if (held < session.settings.brain.gate) return;
      candidates++;
      // a reservoir (J. S. Vitter, ACM TOMS 11, 1985, 37–57, algorithm R)
      const place = drawn.length < count ? drawn.length : random.below(candidates);
      if (place >= count) return;
      drawn[place] = {
        question: keptQuestion(question),
        conditions,
        before,
        settings: session.settings,
        fieldOrder: MARKET_FIELDS,
      };
    },
  });
  drawn.sort((a, b) => a.question.ts - b.question.ts);
  return { plan, situations: drawn, path, candidates };
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

/** Puts a situation to a model as a run would, of an account that has done nothing yet. */
function modelAsker(client: ModelClient, plan: ModelPlan, prompt: PromptFile): Asker {
  let asked = 0;
  return async ({ question, conditions, settings, fieldOrder }) => {
    const { answers, size } = settings.brain;
    const { tickNanos } = question;
    const context = buildContext({
      system: renderPrompt(prompt.text, { settings, tickNanos, answers }),
      question,
      conditions,
      history: [],
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

function heldOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).filter((each) => each > 0).length;
}
