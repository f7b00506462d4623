import type { ToolCall, ToolName } from '../../domain/decision.ts';
import { toPriceNumber } from '../../domain/price.ts';
import { Random } from '../../domain/random.ts';
import { NS_PER_MS } from '../../domain/time.ts';
import type { Answer } from '../port.ts';
import { RulesBrain } from '../rules/rules-brain.ts';
import { Preflight } from '../validation/preflight.ts';
import { type Mean, meanOf, percentile, type Rate, rateOf, rounded } from './intervals.ts';
import type { OutcomeLimits, QuotePath, WantedEntry } from './quote-path.ts';
import { factsOf, masked, rescaled, type Situation, shuffled } from './situation.ts';

/** Asks a brain what it would do. */
export type Asker = (situation: Situation) => Promise<Answer>;

/** How entries did, by the touch alone. Dollars a share before commission. */
export interface EntryScore {
  readonly entries: Rate;
  readonly filled: number;
  /** Of those that came to their target or their stop. */
  readonly targetFirst: Rate;
  readonly result: Mean;
}

/** What an evaluation found out. Rates have Wilson's interval, means a bootstrap's, both at 95 %. */
export interface Evaluation {
  readonly situations: number;
  readonly validCalls: Rate;
  readonly byTool: Readonly<Record<string, number>>;
  readonly denied: Readonly<Record<string, Rate>>;
  /** How often the action was that of the checklist. */
  readonly agreement: Rate;
  /** The same where the checklist does something: most of the time it waits, and to wait with it is no art. */
  readonly agreementOnEntries: Rate;
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
  readonly costUsd: Mean;
  /** Mean squared error of conviction against "target before stop", and that of always telling the mean. */
  readonly brier: Mean & { readonly ofConstant: number | null };
  /** Questions put again and again: how often every answer was the same action. */
  readonly consistency: { readonly repeats: number; readonly same: Rate };
  /** How often the action stayed the same when the question said the same in another guise. */
  readonly robustness: { readonly masked: Rate; readonly rescaled: Rate; readonly shuffled: Rate };
  readonly score: EntryScore;
  readonly baselines: {
    readonly rules: EntryScore;
    readonly randomSameFrequency: EntryScore;
    readonly never: EntryScore;
  };
}

/** An answer after gate 1, as far as it can be judged without a run. */
interface Judged {
  readonly answer: Answer;
  readonly tool: ToolName;
  readonly code: string | null;
  readonly call: ToolCall | undefined;
}

const NOT_VALID: ReadonlySet<string> = new Set([
  'NO_CALL',
  'MANY_CALLS',
  'UNKNOWN_TOOL',
  'BAD_ARGUMENTS',
]);

export interface EvaluationOptions {
  readonly situations: readonly Situation[];
  readonly path: QuotePath;
  readonly ask: Asker;
  /** How often each question is put as it is. */
  readonly repeats: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}

/** Puts every situation to a brain and scores it. Same situations, same answers, same seed: same figures. */
export async function evaluate(options: EvaluationOptions): Promise<Evaluation> {
  const { situations, path, ask, repeats, seed } = options;
  const random = new Random(seed);
  const first: Judged[] = [];
  const same = { repeats: 0, masked: 0, rescaled: 0, shuffled: 0 };
  const answers: Answer[] = [];
  const put = async (situation: Situation): Promise<Judged> => {
    const judged = judge(await ask(situation), situation);
    answers.push(judged.answer);
    return judged;
  };
  for (const [i, situation] of situations.entries()) {
    const judged = await put(situation);
    first.push(judged);
    let isSame = true;
    for (let k = 1; k < repeats; k++) {
      if ((await put(situation)).tool !== judged.tool) isSame = false;
    }
    if (isSame) same.repeats++;
    if ((await put(masked(situation))).tool === judged.tool) same.masked++;
    if ((await put(rescaled(situation))).tool === judged.tool) same.rescaled++;
    const order = inAnyOrder(situation.fieldOrder, random);
    if ((await put(shuffled(situation, order))).tool === judged.tool) same.shuffled++;
    options.onProgress?.(i + 1);
  }
  const rules: Judged[] = [];
  for (const situation of situations) rules.push(judge(askRules(situation), situation));
  const of = situations.length;
  const scoreOf = (judged: readonly Judged[]) => score(judged, situations, path, random);
  const own = scoreOf(first);
  return {
    situations: of,
    validCalls: rateOf(first.filter(isValid).length, of),
    byTool: countsOf(first.map(({ tool }) => tool)),
    denied: Object.fromEntries(
      Object.entries(countsOf(first.flatMap(({ code }) => (code === null ? [] : [code])))).map(
        ([code, count]) => [code, rateOf(count, of)],
      ),
    ),
    agreement: rateOf(first.filter(({ tool }, i) => tool === rules[i]?.tool).length, of),
    agreementOnEntries: rateOf(
      rules.filter(({ tool }, i) => tool !== 'wait' && tool === first[i]?.tool).length,
      rules.filter(({ tool }) => tool !== 'wait').length,
    ),
    latencyMs: latencyOf(answers),
    costUsd: meanOf(
      answers.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd])),
      random,
    ),
    brier: brierOf(first, situations, path, random),
    consistency: { repeats, same: rateOf(same.repeats, of) },
    robustness: {
      masked: rateOf(same.masked, of),
      rescaled: rateOf(same.rescaled, of),
      shuffled: rateOf(same.shuffled, of),
    },
    score: own,
    baselines: {
      rules: scoreOf(rules),
      randomSameFrequency: scoreOf(randomly(situations, own.entries.value ?? 0, random)),
      never: scoreOf([]),
    },
  };
}

/** What the checklist would do: the same code that decides in a run. */
export function askRules({ question, before, settings }: Situation): Answer {
  const { profile, brain, engine } = settings;
  const rules = new RulesBrain(profile, brain.size, engine.snapshotMs);
  rules.restore({ checklist: before, openedTs: undefined });
  rules.observe(question);
  return rules.ask(question);
}

function judge(answer: Answer, situation: Situation): Judged {
  if (answer.code !== null) return { answer, tool: 'wait', code: answer.code, call: undefined };
  const { validation, brain } = situation.settings;
  const gate = new Preflight(validation, brain);
  const facts = factsOf(situation);
  const verdict = gate.onAnswer(answer.calls, facts);
  if ('denial' in verdict)
    return { answer, tool: 'wait', code: verdict.denial.code, call: undefined };
  const { call } = verdict;
  const denial = gate.onEffect(call, facts, {
    ts: effectOf(answer, situation),
    // how far LAST moves meanwhile is not judged: there is no run
    last: null,
    position: facts.position,
    hasWorkingEntry: false,
    stopPrice: null,
  });
  if (denial !== undefined) return { answer, tool: 'wait', code: denial.code, call: undefined };
  return { answer, tool: call.tool, code: null, call };
}

function effectOf({ latencyMs }: Answer, { question }: Situation): number {
  return question.ts + Math.round((latencyMs ?? 0) * NS_PER_MS);
}

/** A call that is one, whatever gate 1 thinks of its prices. */
function isValid({ code, answer }: Judged): boolean {
  return answer.code === null && (code === null || !NOT_VALID.has(code));
}

function entryOf({ call }: Judged): WantedEntry | undefined {
  if (call === undefined || (call.tool !== 'enter_long' && call.tool !== 'enter_short'))
    return undefined;
  const { limit_price, stop_loss, profit_target } = call.arguments;
  return {
    side: call.tool === 'enter_long' ? 'long' : 'short',
    limit: limit_price,
    stop: stop_loss,
    target: profit_target,
  };
}

function limitsOf({ settings }: Situation): OutcomeLimits {
  const { execution, profile } = settings;
  return { entryTimeoutSecs: execution.entryTimeoutSecs, maxHoldSecs: profile.maxHoldSecs };
}

function outcomeOf(judged: Judged, situation: Situation, path: QuotePath) {
  const wanted = entryOf(judged);
  if (wanted === undefined) return undefined;
  return path.outcomeOf(wanted, effectOf(judged.answer, situation), limitsOf(situation));
}

function score(
  judged: readonly Judged[],
  situations: readonly Situation[],
  path: QuotePath,
  random: Random,
): EntryScore {
  const outcomes = situations.flatMap((situation, i) => {
    const each = judged[i];
    const outcome = each === undefined ? undefined : outcomeOf(each, situation, path);
    return outcome === undefined ? [] : [outcome];
  });
  const filled = outcomes.filter(({ entryTs }) => entryTs !== null);
  const decided = filled.filter(({ end }) => end === 'target' || end === 'stop');
  return {
    entries: rateOf(outcomes.length, situations.length),
    filled: filled.length,
    targetFirst: rateOf(decided.filter(({ end }) => end === 'target').length, decided.length),
    result: meanOf(
      filled.map(({ result }) => result),
      random,
    ),
  };
}

function brierOf(
  judged: readonly Judged[],
  situations: readonly Situation[],
  path: QuotePath,
  random: Random,
): Evaluation['brier'] {
  const pairs = situations.flatMap((situation, i) => {
    const each = judged[i];
    if (each?.call === undefined || !('conviction' in each.call.arguments)) return [];
    const { conviction } = each.call.arguments;
    const end = outcomeOf(each, situation, path)?.end;
    if (conviction === null || (end !== 'target' && end !== 'stop')) return [];
    return [{ conviction, hit: end === 'target' ? 1 : 0 }];
  });
  const share = pairs.reduce((sum, { hit }) => sum + hit, 0) / pairs.length;
  return {
    ...meanOf(
      pairs.map(({ conviction, hit }) => (conviction - hit) ** 2),
      random,
    ),
    ofConstant: pairs.length === 0 ? null : rounded(share * (1 - share)),
  };
}

function latencyOf(answers: readonly Answer[]): Evaluation['latencyMs'] {
  const sorted = answers
    .flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]))
    .sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
}

/** Entries at the touch by chance, as many and with distances that gate 1 allows. */
function randomly(
  situations: readonly Situation[],
  frequency: number,
  random: Random,
): readonly Judged[] {
  const chance = () => random.float();
  return situations.map((situation) => {
    const { question, settings } = situation;
    const isIn = chance() < frequency;
    const sign = chance() < 0.5 ? 1 : -1;
    const share = chance();
    const touch = sign === 1 ? question.ask : question.bid;
    const { minStop, maxStop } = settings.profile;
    const tick = toPriceNumber(question.tickNanos);
    const risk = Math.round((minStop + share * (maxStop - minStop)) / tick) * tick;
    const call: ToolCall =
      isIn && touch !== null
        ? {
            tool: sign === 1 ? 'enter_long' : 'enter_short',
            arguments: {
              limit_price: touch,
              stop_loss: onGrid(touch - sign * risk),
              profit_target: onGrid(touch + sign * risk * settings.profile.rewardRisk),
              size: settings.brain.size,
              conviction: null,
              reasoning: 'chance',
            },
          }
        : { tool: 'wait', arguments: { reasoning: 'chance' } };
    return judge({ ...askRules(situation), calls: [call] }, situation);
  });
}

function onGrid(price: number): number {
  return Math.round(price * 1e9) / 1e9;
}

/** A permutation by R. A. Fisher and F. Yates. */
function inAnyOrder<Item>(items: readonly Item[], random: Random): readonly Item[] {
  const order = items.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const k = random.below(i + 1);
    const [a, b] = [order[i], order[k]];
    if (a !== undefined && b !== undefined) [order[i], order[k]] = [b, a];
  }
  return order;
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
