import { readChat } from '../../../src/adapters/llm/chat-completions.ts';
import { readResponses } from '../../../src/adapters/llm/responses.ts';
import { readReply } from '../../../src/brain/model/read-reply.ts';
import { Preflight } from '../../../src/brain/validation/preflight.ts';
import type { ToolCall } from '../../../src/domain/decision.ts';
import type { OrderRequest } from '../../../src/domain/order.ts';
import { Random } from '../../../src/domain/random.ts';
import { NS_PER_MS } from '../../../src/domain/time.ts';
import { RiskGate } from '../../../src/risk/risk-gate.ts';
import { settingsWith } from '../../support/engine-rig.ts';
import { CALM } from '../../support/risk-context.ts';
import type { Violations } from '../proof.ts';
import { AnswerFuzzer, type FuzzedAnswer } from './fuzzed-answer.ts';
import { type Permitted, permitted, type Situation } from './naive-judge.ts';

const CENT = 10_000_000;
const TICK = CENT;

export interface FuzzFigures {
  readonly answers: number;
  /** Let through: each of them permitted by the second reading, too. */
  readonly passed: Readonly<Record<string, number>>;
  readonly denied: Readonly<Record<string, number>>;
}

/**
 * Reads `count` fuzzed answers as the client does, judges them by gate 1 in both of its steps and by gate 2, and compares what
 * passes with a second reading of the same text. Both ways: nothing passes that may not, and what may is not refused.
 */
export function fuzz(count: number, seed: number, violations: Violations): FuzzFigures {
  const fuzzer = new AnswerFuzzer(seed);
  const random = new Random(seed + 1);
  const settings = settingsWith();
  const validator = new Preflight(settings.validation, settings.brain);
  const passed: Record<string, number> = {};
  const denied: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const situation = situationOf(random);
    const answer = fuzzer.next(situation);
    // a gate of its own for each: rates and counts of others are not what is asked here
    const gate = new RiskGate(settings.risk, settings.profile.maxSpread);
    let outcome: Outcome;
    try {
      outcome = outcomeOf(answer, situation, validator, gate, settings.brain.size);
    } catch (error) {
      violations.note(`answer ${i} of seed ${seed} crashed: ${String(error)}: ${answer.body}`);
      continue;
    }
    const may = permitted(answer, situation);
    const does = 'call' in outcome ? actionOf(outcome.call) : null;
    if (JSON.stringify(does) !== JSON.stringify(may)) {
      const [found, expected] = [JSON.stringify(outcome), JSON.stringify(may)];
      violations.note(
        `answer ${i} of seed ${seed}: found ${found}, permitted ${expected}: ${answer.body} (${JSON.stringify(situation)})`,
      );
    }
    const [counts, name] = 'call' in outcome ? [passed, outcome.call.tool] : [denied, outcome.code];
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return { answers: count, passed, denied };
}

type Outcome = { readonly call: ToolCall } | { readonly code: string };

function outcomeOf(
  answer: FuzzedAnswer,
  situation: Situation,
  validator: Preflight,
  gate: RiskGate,
  size: number,
): Outcome {
  let body: unknown;
  try {
    body = JSON.parse(answer.body);
  } catch {
    return { code: 'PROVIDER_ERROR' };
  }
  const reading = answer.api === 'chat' ? readChat(body) : readResponses(body);
  const said = readReply(reading, answer.answers, size);
  if (said.code !== null) return { code: said.code };
  const { bid, ask, position, hasEntry, stop, ageMs, moved } = situation;
  const last = ask * CENT;
  const question = { ts: 0, bid: bid * CENT, ask: ask * CENT, last, position, tickNanos: TICK };
  const verdict = validator.onAnswer(said.calls, question);
  if ('denial' in verdict) return { code: verdict.denial.code };
  const { call } = verdict;
  const denial = validator.onEffect(call, question, {
    ts: ageMs * NS_PER_MS,
    last: last + moved * CENT,
    position,
    hasWorkingEntry: hasEntry,
    stopPrice: stop === null ? null : stop * CENT,
  });
  if (denial !== undefined) return { code: denial.code };
  if (call.tool !== 'enter_long' && call.tool !== 'enter_short') return { call };
  const order: OrderRequest = {
    id: 'o',
    side: call.tool === 'enter_long' ? 'buy' : 'sell',
    type: 'limit',
    price: Math.round(call.arguments.limit_price * 100) * CENT,
    quantity: call.arguments.size,
    tif: 'day',
    role: 'ENTRY',
    reduceOnly: false,
  };
  const market = { last, bestBid: bid * CENT, bestAsk: ask * CENT };
  const judged = gate.review(order, { ...CALM, ...market, position });
  return judged.approved === undefined ? { code: judged.denial.code } : { call };
}

/** What a call that passed does; `null`: it waits. */
function actionOf(call: ToolCall): Permitted | null {
  const cents = (dollars: number): number => Math.round(dollars * 100);
  switch (call.tool) {
    case 'enter_long':
    case 'enter_short': {
      const { limit_price, stop_loss, profit_target, size } = call.arguments;
      return { tool: call.tool, cents: [limit_price, stop_loss, profit_target].map(cents), size };
    }
    case 'update_stop':
    case 'update_target':
      return { tool: call.tool, cents: [cents(call.arguments.new_price)], size: null };
    case 'exit_position':
    case 'cancel_all':
      return { tool: call.tool, cents: [], size: null };
    case 'wait':
      return null;
  }
}

function situationOf(random: Random): Situation {
  const bid = 24_900 + random.below(200);
  const ask = bid + 1 + random.below(4);
  const position = [0, 0, 0, 50, -50][random.below(5)] ?? 0;
  const isOdd = random.below(10) === 0;
  const stop = position === 0 ? null : (position > 0 ? bid : ask) - Math.sign(position) * 12;
  return {
    bid,
    ask,
    position,
    hasEntry: position === 0 && random.below(10) === 0,
    stop,
    ageMs: isOdd ? random.below(10_000) : random.below(1000),
    moved: isOdd ? random.below(31) : random.below(10),
  };
}
