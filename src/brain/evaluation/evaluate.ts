import type { ToolCall } from '../../domain/decision.ts';
import { toPriceNumber } from '../../domain/price.ts';
import { Random } from '../../domain/random.ts';
import type { Answer } from '../port.ts';
import { type Asked, type Asker, askInGuises, type Steadiness } from './ask-in-guises.ts';
import { evaluateHeld, type HeldEvaluation } from './evaluate-held.ts';
import {
  countsOf,
  type Mean,
  meanOf,
  percentile,
  type Rate,
  rateOf,
  ratesOf,
  rounded,
} from './intervals.ts';
import { askRules, effectOf, isValid, type Judged, judge } from './judge-answer.ts';
import type { OutcomeLimits, QuotePath, WantedEntry } from './quote-path.ts';
import { type Holding, holdingOf, type Situation } from './situation.ts';

/** How entries did, by the touch alone. Dollars a share before commission. */
export interface EntryScore {
  readonly entries: Rate;
  readonly filled: number;
  /** Of those that came to their target or their stop. */
  readonly targetFirst: Rate;
  readonly result: Mean;
}

/** What an evaluation found out. Rates have Wilson's interval, means a bootstrap's, both at 95 %. */
export interface Evaluation extends Steadiness {
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
  readonly score: EntryScore;
  readonly baselines: {
    readonly rules: EntryScore;
    readonly randomSameFrequency: EntryScore;
    readonly never: EntryScore;
  };
  /** Moments with a position, and with an entry that works; all above is of moments with neither, but latency and cost. */
  readonly inPosition: HeldEvaluation;
  readonly withEntry: HeldEvaluation;
}

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
  const { path, ask, repeats, seed } = options;
  const random = new Random(seed);
  let done = 0;
  const put = (situations: readonly Situation[]) =>
    askInGuises(situations, ask, repeats, random, () => options.onProgress?.(++done));
  const of = (holding: Holding) =>
    options.situations.filter(({ question }) => holdingOf(question) === holding);
  const flat = of('nothing');
  const asked = await put(flat);
  const positions = of('position');
  const inPosition = await put(positions);
  const entries = of('entry');
  const withEntry = await put(entries);
  const answers = [asked, inPosition, withEntry].flatMap((each) => each.answers);
  return {
    ...evaluateFlat(flat, asked, path, random),
    latencyMs: latencyOf(answers),
    costUsd: meanOf(
      answers.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd])),
      random,
    ),
    inPosition: evaluateHeld(positions, inPosition, path, random),
    withEntry: evaluateHeld(entries, withEntry, path, random),
  };
}

function evaluateFlat(
  situations: readonly Situation[],
  { first, consistency, robustness }: Asked,
  path: QuotePath,
  random: Random,
): Omit<Evaluation, 'latencyMs' | 'costUsd' | 'inPosition' | 'withEntry'> {
  const rules = situations.map((situation) => judge(askRules(situation), situation));
  const of = situations.length;
  const scoreOf = (judged: readonly Judged[]) => score(judged, situations, path, random);
  const own = scoreOf(first);
  return {
    situations: of,
    validCalls: rateOf(first.filter(isValid).length, of),
    byTool: countsOf(first.map(({ tool }) => tool)),
    denied: ratesOf(first.map(({ code }) => code)),
    agreement: rateOf(first.filter(({ tool }, i) => tool === rules[i]?.tool).length, of),
    agreementOnEntries: rateOf(
      rules.filter(({ tool }, i) => tool !== 'wait' && tool === first[i]?.tool).length,
      rules.filter(({ tool }) => tool !== 'wait').length,
    ),
    brier: brierOf(first, situations, path, random),
    consistency,
    robustness,
    score: own,
    baselines: {
      rules: scoreOf(rules),
      randomSameFrequency: scoreOf(randomly(situations, own.entries.value ?? 0, random)),
      never: scoreOf([]),
    },
  };
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
