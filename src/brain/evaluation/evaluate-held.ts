import type { ToolName } from '../../domain/decision.ts';
import type { Random } from '../../domain/random.ts';
import type { Asked, Steadiness } from './ask-in-guises.ts';
import { type Mean, meanOf, type Rate, rateOf, ratesOf } from './intervals.ts';
import { askRules, effectOf, isValid, type Judged, judge } from './judge-answer.ts';
import type { HeldPosition, QuotePath } from './quote-path.ts';
import { holdingOf, orderPrice, type Situation } from './situation.ts';

/** Interventions by what they changed. Dollars a share before commission, by the touch alone. */
export interface InterventionScore {
  readonly interventions: Rate;
  /** What an intervention brought beside leaving stop, target and entry as they stand. */
  readonly gain: Mean;
}

/** What a brain makes of moments at which something is open already. */
export interface HeldEvaluation extends Steadiness {
  readonly situations: number;
  readonly validCalls: Rate;
  readonly byTool: Readonly<Record<string, Rate>>;
  readonly denied: Readonly<Record<string, Rate>>;
  /** How often everything was left as it stands. */
  readonly holds: Rate;
  /** How often the position was left, or the entry taken back. */
  readonly exits: Rate;
  readonly agreement: Rate;
  readonly agreementOnExits: Rate;
  readonly score: InterventionScore;
  readonly baselines: {
    readonly rules: InterventionScore;
    readonly randomSameFrequency: InterventionScore;
    readonly always: InterventionScore;
    readonly never: InterventionScore;
  };
}

/** Scores answers to situations that hold a position, or an entry that works. */
export function evaluateHeld(
  situations: readonly Situation[],
  { first, consistency, robustness }: Asked,
  path: QuotePath,
  random: Random,
): HeldEvaluation {
  const of = situations.length;
  const rules = situations.map((situation) => judge(askRules(situation), situation));
  const scoreOf = (judged: readonly (Judged | undefined)[]): InterventionScore => {
    const gains = situations.flatMap((situation, i) => {
      const each = judged[i];
      if (each === undefined || each.tool === 'wait') return [];
      const gain = gainOf(each, situation, path);
      return gain === null ? [] : [gain];
    });
    const count = judged.filter((each) => each !== undefined && each.tool !== 'wait').length;
    return { interventions: rateOf(count, of), gain: meanOf(gains, random) };
  };
  const exits = first.filter(({ tool }) => isExit(tool)).length;
  const leaving = situations.map((situation) => judge(leave(situation), situation));
  const frequency = of === 0 ? 0 : exits / of;
  const byChance = leaving.map((each) => (random.float() < frequency ? each : undefined));
  return {
    situations: of,
    validCalls: rateOf(first.filter(isValid).length, of),
    byTool: ratesOf(first.map(({ tool }) => tool)),
    denied: ratesOf(first.map(({ code }) => code)),
    holds: rateOf(first.filter(({ tool }) => tool === 'wait').length, of),
    exits: rateOf(exits, of),
    agreement: rateOf(first.filter(({ tool }, i) => tool === rules[i]?.tool).length, of),
    agreementOnExits: rateOf(
      rules.filter(({ tool }, i) => isExit(tool) && tool === first[i]?.tool).length,
      rules.filter(({ tool }) => isExit(tool)).length,
    ),
    consistency,
    robustness,
    score: scoreOf(first),
    baselines: {
      rules: scoreOf(rules),
      randomSameFrequency: scoreOf(byChance),
      always: scoreOf(leaving),
      never: scoreOf([]),
    },
  };
}

function isExit(tool: ToolName): boolean {
  return tool === 'exit_position' || tool === 'cancel_all';
}

/** What takes back the most: the position is left, or the entry. */
function leave(situation: Situation): ReturnType<typeof askRules> {
  const tool = holdingOf(situation.question) === 'position' ? 'exit_position' : 'cancel_all';
  const calls = [{ tool, arguments: { reasoning: 'always' } }];
  return { ...askRules(situation), calls, code: null, figures: null };
}

/** Result with the intervention less that without, dollars a share; `null` where the quotes end before it takes effect. */
function gainOf({ answer, call }: Judged, situation: Situation, path: QuotePath): number | null {
  const { question, settings } = situation;
  const from = effectOf(answer, situation);
  const { maxHoldSecs } = settings.profile;
  if (holdingOf(question) === 'entry') {
    // nothing else than to take it back has an effect on what is not filled
    return call?.tool === 'cancel_all' ? -entryResult(situation, path, from) : 0;
  }
  const held = positionOf(situation);
  const openedTs = situation.openedTs ?? question.ts;
  if (held === null || path.touchAt(held.side, from) === null) return null;
  const kept = path.outcomeOfHeld(held, openedTs, question.ts, maxHoldSecs);
  // what came before the effect came in spite of it
  if (kept.endTs !== null && kept.endTs < from) return 0;
  const changed = changedResult(call, held, (now) =>
    now === undefined
      ? leftResult(held, path.touchAt(held.side, from))
      : path.outcomeOfHeld(now, openedTs, from, maxHoldSecs).result,
  );
  return changed === null ? 0 : Math.round((changed - kept.result) * 1e9) / 1e9;
}

/** @param resultOf Of the position with other exits; of leaving it, without an argument. */
function changedResult(
  call: Judged['call'],
  held: HeldPosition,
  resultOf: (changed?: HeldPosition) => number | null,
): number | null {
  if (call?.tool === 'exit_position') return resultOf();
  if (call?.tool === 'update_stop') return resultOf({ ...held, stop: call.arguments.new_price });
  return call?.tool === 'update_target'
    ? resultOf({ ...held, target: call.arguments.new_price })
    : null;
}

function leftResult({ side, entryPrice }: HeldPosition, touch: number | null): number | null {
  return touch === null ? null : (touch - entryPrice) * (side === 'long' ? 1 : -1);
}

function positionOf({ question }: Situation): HeldPosition | null {
  const { POSITION, AVG_ENTRY } = question.account;
  if (AVG_ENTRY === null) return null;
  return {
    side: POSITION > 0 ? 'long' : 'short',
    entryPrice: AVG_ENTRY,
    stop: orderPrice(question, 'STOP'),
    target: orderPrice(question, 'TARGET'),
  };
}

/** What an entry that works makes if it is let be, dollars a share; 0 where it never fills. */
function entryResult({ question, settings }: Situation, path: QuotePath, from: number): number {
  const entry = question.orders.find(({ role }) => role === 'ENTRY');
  const [stop, target] = [orderPrice(question, 'STOP'), orderPrice(question, 'TARGET')];
  if (entry === undefined || entry.price === null || stop === null || target === null) return 0;
  const { execution, profile } = settings;
  const wanted = { limit: entry.price, stop, target };
  const side = entry.side === 'BUY' ? 'long' : 'short';
  return path.outcomeOf({ side, ...wanted }, from, {
    entryTimeoutSecs: Math.max(0, execution.entryTimeoutSecs - entry.age_secs),
    maxHoldSecs: profile.maxHoldSecs,
  }).result;
}
