import type { Denial, ToolCall, ToolName } from '../../domain/decision.ts';
import { NANOS_PER_UNIT, nanosOnGrid, toPriceNumber } from '../../domain/price.ts';
import type { BrainSettings, ValidationSettings } from '../../domain/settings.ts';
import { NS_PER_SECOND } from '../../domain/time.ts';
import type { EffectFacts, QuestionFacts, RawCall, Validator, Verdict } from '../port.ts';
import { isToolName, parseToolCall } from '../tools/tool-schemas.ts';

type EntryCall = Extract<ToolCall, { tool: 'enter_long' | 'enter_short' }>;
type UpdateCall = Extract<ToolCall, { tool: 'update_stop' | 'update_target' }>;

/**
 * Gate 1: pre-flight validation of a tool call. Pure; the first failure wins, in the order of the public specification
 * "decisions". Prices are compared as whole 1e-9 units, so that 0.30 is 0.30.
 */
export class Preflight implements Validator {
  readonly #limits: ValidationSettings;
  readonly #staleSecs: number;
  readonly #staleMove: number;
  readonly #parsed = new WeakMap<RawCall, ReturnType<typeof parseToolCall>>();

  constructor(limits: ValidationSettings, brain: Pick<BrainSettings, 'staleSecs' | 'staleMove'>) {
    this.#limits = limits;
    this.#staleSecs = brain.staleSecs;
    this.#staleMove = brain.staleMove;
  }

  onAnswer(calls: readonly RawCall[], question: QuestionFacts): Verdict {
    const [raw] = calls;
    if (raw === undefined) return deny('NO_CALL', {});
    if (calls.length > 1) return deny('MANY_CALLS', { calls: calls.length });
    if (!isToolName(raw.tool)) return deny('UNKNOWN_TOOL', { tool: raw.tool.slice(0, 100) });
    const parsed = this.#parse(raw.tool, raw);
    if (!('call' in parsed)) return deny('BAD_ARGUMENTS', { problem: parsed.problem });
    const { call } = parsed;
    const denial = this.#denialOf(call, question);
    return denial === undefined ? { call } : { denial };
  }

  /** The schema's verdict; that of a frozen call, as a rule repeats it five times a second, is kept. */
  #parse(tool: ToolName, raw: RawCall): ReturnType<typeof parseToolCall> {
    const known = this.#parsed.get(raw);
    if (known !== undefined) return known;
    const parsed = parseToolCall(tool, raw.arguments);
    if (Object.isFrozen(raw)) this.#parsed.set(raw, parsed);
    return parsed;
  }

  onEffect(call: ToolCall, question: QuestionFacts, effect: EffectFacts): Denial | undefined {
    if (call.tool === 'wait') return undefined;
    const { position, hasWorkingEntry, stopPrice } = effect;
    if (isUpdate(call) && Math.sign(position) !== Math.sign(question.position)) {
      // the entry filled in between: only now is it known which side of the touch is the right one
      const denial = updateDenial(call, { ...question, position });
      if (denial !== undefined) return denial;
    }
    if (isEntry(call)) {
      if (position !== 0 || hasWorkingEntry) {
        return { code: 'ALREADY_IN', figures: { position, workingEntry: hasWorkingEntry ? 1 : 0 } };
      }
    } else if (call.tool !== 'cancel_all' && position === 0) {
      return { code: 'NO_POSITION', figures: {} };
    }
    if (call.tool === 'update_stop' && stopPrice !== null) {
      const { new_price } = call.arguments;
      // the tick that it was taken for: 1e-9 beside it is neither wider nor closer
      const wanted = nanosOnGrid(new_price, question.tickNanos) ?? toNanos(new_price);
      if ((wanted - stopPrice) * Math.sign(position) < 0) {
        return {
          code: 'STOP_WIDENED',
          figures: { from: toPriceNumber(stopPrice), to: call.arguments.new_price },
        };
      }
    }
    return this.#staleness(question, effect);
  }

  #denialOf(call: ToolCall, question: QuestionFacts): Denial | undefined {
    if (isEntry(call)) return this.#entryDenial(call, question);
    return isUpdate(call) ? updateDenial(call, question) : undefined;
  }

  #entryDenial(call: EntryCall, question: QuestionFacts): Denial | undefined {
    const { limit_price, stop_loss, profit_target } = call.arguments;
    const limit = nanosOnGrid(limit_price, question.tickNanos);
    const stop = nanosOnGrid(stop_loss, question.tickNanos);
    const target = nanosOnGrid(profit_target, question.tickNanos);
    if (limit === undefined || stop === undefined || target === undefined) {
      return {
        code: 'OFF_TICK',
        figures: { limit_price, stop_loss, profit_target, tick: toPriceNumber(question.tickNanos) },
      };
    }
    const sign = call.tool === 'enter_long' ? 1 : -1;
    const risk = (limit - stop) * sign;
    const reward = (target - limit) * sign;
    if (risk <= 0 || reward <= 0)
      return { code: 'WRONG_SIDE', figures: { limit_price, stop_loss, profit_target } };
    const { minStop, maxStop, minRewardRisk } = this.#limits;
    if (risk < toNanos(minStop) || risk > toNanos(maxStop)) {
      return {
        code: 'STOP_DISTANCE',
        figures: { distance: toPriceNumber(risk), least: minStop, most: maxStop },
      };
    }
    if (reward < Math.round(risk * minRewardRisk)) {
      return {
        code: 'RISK_REWARD',
        figures: { risk: toPriceNumber(risk), reward: toPriceNumber(reward), least: minRewardRisk },
      };
    }
    return this.#distanceDenial(limit, sign, question);
  }

  /** A buy's limit at most so far above the ask, or below the bid; a sell's mirrored. */
  #distanceDenial(limit: number, sign: 1 | -1, { bid, ask }: QuestionFacts): Denial | undefined {
    const across = sign === 1 ? ask : bid;
    const own = sign === 1 ? bid : ask;
    const { maxBeyondTouch, maxBehindTouch } = this.#limits;
    const beyond = across === null ? 0 : (limit - across) * sign;
    const behind = own === null ? 0 : (own - limit) * sign;
    if (beyond <= toNanos(maxBeyondTouch) && behind <= toNanos(maxBehindTouch)) return undefined;
    return {
      code: 'FAR_FROM_MARKET',
      figures: {
        limit: toPriceNumber(limit),
        bid: bid === null ? null : toPriceNumber(bid),
        ask: ask === null ? null : toPriceNumber(ask),
        mostBeyond: maxBeyondTouch,
        mostBehind: maxBehindTouch,
      },
    };
  }

  #staleness(question: QuestionFacts, effect: EffectFacts): Denial | undefined {
    const age = effect.ts - question.ts;
    const moved =
      question.last === null || effect.last === null ? 0 : Math.abs(effect.last - question.last);
    if (age <= this.#staleSecs * NS_PER_SECOND && moved <= toNanos(this.#staleMove))
      return undefined;
    return {
      code: 'STALE_DECISION',
      figures: {
        ageSecs: age / NS_PER_SECOND,
        moved: toPriceNumber(moved),
        mostSecs: this.#staleSecs,
        mostMove: this.#staleMove,
      },
    };
  }
}

/** A new stop belongs behind the touch that would trigger it, a new target ahead of the touch that would fill it. */
function updateDenial(call: UpdateCall, question: QuestionFacts): Denial | undefined {
  const price = nanosOnGrid(call.arguments.new_price, question.tickNanos);
  if (price === undefined) {
    return {
      code: 'OFF_TICK',
      figures: { new_price: call.arguments.new_price, tick: toPriceNumber(question.tickNanos) },
    };
  }
  const sign = Math.sign(question.position);
  // a long closes at the bid, a short at the ask
  const touch = sign > 0 ? question.bid : question.ask;
  if (sign === 0 || touch === null) return undefined;
  const ahead = (price - touch) * sign;
  if (call.tool === 'update_stop' ? ahead < 0 : ahead > 0) return undefined;
  return {
    code: 'WRONG_SIDE',
    figures: { new_price: call.arguments.new_price, touch: toPriceNumber(touch) },
  };
}

function isEntry(call: ToolCall): call is EntryCall {
  return call.tool === 'enter_long' || call.tool === 'enter_short';
}

function isUpdate(call: ToolCall): call is UpdateCall {
  return call.tool === 'update_stop' || call.tool === 'update_target';
}

function deny(code: string, figures: Denial['figures']): Verdict {
  return { denial: { code, figures } };
}

function toNanos(dollars: number): number {
  return Math.round(dollars * NANOS_PER_UNIT);
}
