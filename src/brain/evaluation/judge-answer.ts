import type { ToolCall, ToolName } from '../../domain/decision.ts';
import { NANOS_PER_UNIT } from '../../domain/price.ts';
import { NS_PER_MS } from '../../domain/time.ts';
import type { Answer } from '../port.ts';
import { RulesBrain } from '../rules/rules-brain.ts';
import { Preflight } from '../validation/preflight.ts';
import { factsOf, orderPrice, type Situation } from './situation.ts';

/** An answer after gate 1, as far as it can be judged without a run. */
export interface Judged {
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

/** What the checklist would do: the same code that decides in a run. */
export function askRules({ question, before, settings, openedTs }: Situation): Answer {
  const { profile, brain, engine } = settings;
  const rules = new RulesBrain(profile, brain.size, engine.snapshotMs);
  rules.restore({ checklist: before, openedTs: openedTs ?? undefined });
  rules.observe(question);
  return rules.ask(question);
}

export function judge(answer: Answer, situation: Situation): Judged {
  if (answer.code !== null) return { answer, tool: 'wait', code: answer.code, call: undefined };
  const { question, settings } = situation;
  const { validation, brain } = settings;
  const stop = orderPrice(question, 'STOP');
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
    // nor what fills meanwhile: what is open at the question is open at the effect
    position: facts.position,
    hasWorkingEntry: question.orders.some(({ role }) => role === 'ENTRY'),
    stopPrice: stop === null ? null : Math.round(stop * NANOS_PER_UNIT),
  });
  if (denial !== undefined) return { answer, tool: 'wait', code: denial.code, call: undefined };
  return { answer, tool: call.tool, code: null, call };
}

export function effectOf({ latencyMs }: Answer, { question }: Situation): number {
  return question.ts + Math.round((latencyMs ?? 0) * NS_PER_MS);
}

/** A call that is one, whatever gate 1 thinks of its prices. */
export function isValid({ code, answer }: Judged): boolean {
  return answer.code === null && (code === null || !NOT_VALID.has(code));
}
