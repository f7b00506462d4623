import { buildContext } from '../brain/context/build-context.ts';
import { utf8Length } from '../brain/context/context-text.ts';
import { estimateTokens, TOKEN_METHOD } from '../brain/context/estimate-tokens.ts';
import { renderPrompt } from '../brain/context/render-prompt.ts';
import type { AnswerForm, ModelRequest } from '../brain/model/port.ts';
import { requestText, toolsTextOf } from '../brain/model/request-text.ts';
import { Checklist } from '../brain/rules/checklist.ts';
import { configFolders } from '../config/config-folder.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import { loadPrompt } from '../config/prompts.ts';
import { formatTimestamp } from '../domain/time.ts';
import { FeedError } from '../feeds/port.ts';
import { sha256Of } from '../platform/sha256.ts';
import { observeMarket } from './observe-market.ts';
import { parseAt } from './session-setup.ts';

/** What would be sent to a model, to the letter. */
export interface ShownPrompt {
  /** Of the snapshot that the question would rest on. */
  readonly ts: string;
  readonly prompt: string;
  readonly promptSha256: string;
  readonly requestSha256: string;
  readonly model: string;
  readonly system: string;
  readonly user: string;
  /** The tools' definitions as JSON; `[]` for the command language. */
  readonly tools: string;
  readonly bytes: { readonly system: number; readonly user: number; readonly tools: number };
  readonly tokens: {
    readonly system: number;
    readonly user: number;
    readonly tools: number;
    readonly method: string;
  };
}

/** Stands for the model where none is named. */
const ANY_MODEL = 'model';

/**
 * The question that a model would be put at the last snapshot up to `at`, of an account that has not traded: no run is
 * played, so there is no history of decisions.
 *
 * @throws {FeedError} If the data are damaged, `at` is no time, or nothing is known by then.
 */
export async function promptAt(options: {
  readonly data: readonly string[];
  readonly settings: ResolvedConfig;
  /** TIME of the command line. */
  readonly at: string;
  readonly answers: AnswerForm;
}): Promise<ShownPrompt> {
  const { data, settings, at, answers } = options;
  let checklist: Checklist | undefined;
  let shown: { readonly ts: number; readonly user: string } | undefined;
  let until = 0;
  const plan = await observeMarket({
    data,
    settings,
    windowOf(session, window) {
      until = parseAt(at, data, session);
      checklist = new Checklist(session.settings.profile);
      return { from: Math.min(window.from, until), to: until };
    },
    onSnapshot(question, { settings: { engine } }) {
      if (checklist === undefined) return;
      checklist.observe(question);
      // the last snapshot is the one that counts; writing each of them down would take longer than the market
      if (until - question.ts >= engine.snapshotMs * 1e6) return;
      const { conditions } = checklist;
      shown = {
        ts: question.ts,
        ...buildContext({ system: '', question, conditions, history: [] }),
      };
    },
  });
  if (shown === undefined)
    throw new FeedError(data.join(', '), undefined, `nothing is known of the market by ${at}`);
  const prompt = loadPrompt(
    plan.settings.brain.prompt,
    plan.settings.profile.kind,
    configFolders(process.cwd()),
  );
  const { tickNanos } = plan.instrument;
  const request: ModelRequest = {
    decisionId: 'D1',
    model: plan.settings.brain.model ?? ANY_MODEL,
    system: renderPrompt(prompt.text, { settings: plan.settings, tickNanos, answers }),
    user: shown.user,
    answers,
  };
  const tools = toolsTextOf(answers);
  const { system, user, model } = request;
  return {
    ts: formatTimestamp(plan.day, shown.ts),
    prompt: prompt.name,
    promptSha256: prompt.sha256,
    requestSha256: sha256Of(requestText(request)),
    model,
    system,
    user,
    tools,
    bytes: { system: utf8Length(system), user: utf8Length(user), tools: utf8Length(tools) },
    tokens: {
      system: estimateTokens(system),
      user: estimateTokens(user),
      tools: estimateTokens(tools),
      method: TOKEN_METHOD,
    },
  };
}
