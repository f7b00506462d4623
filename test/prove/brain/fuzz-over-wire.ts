import { performance } from 'node:perf_hooks';
import { LlmClient } from '../../../src/adapters/llm/llm-client.ts';
import type { ModelClient } from '../../../src/brain/model/port.ts';
import { Random } from '../../../src/domain/random.ts';
import {
  FREE_LIMITS,
  generatedBatch,
  playThinking,
  settingsWith,
} from '../../support/engine-rig.ts';
import { accessTo } from '../../support/llm-client.builder.ts';
import type { Behaviour, LlmServer } from '../../support/llm-server/llm-server.ts';
import { modelRig, type ShownMarket, shownIn } from '../../support/model-rig.ts';
import type { Violations } from '../proof.ts';
import { userText } from './fault-rows.ts';
import { AnswerFuzzer, type FuzzedAnswer } from './fuzzed-answer.ts';
import { permitted } from './naive-judge.ts';

const DEADLINE_MS = 1000;
/** What a busy machine may be late by, ms. */
const SLACK_MS = 250;
const EVENTS = 12_000;
const MINUTES = 2;

interface Sent {
  readonly answer: FuzzedAnswer;
  readonly shown: ShownMarket;
}

/**
 * Answers every question of whole sessions with fuzzed bodies over the wire, broken connections among them, until `count` are
 * asked: nothing acts that the second reading does not permit, nothing crashes, and no answer is waited for beyond its deadline.
 * Returns how many were asked and how many orders were placed.
 */
export async function fuzzOverWire(
  count: number,
  seed: number,
  server: LlmServer,
  violations: Violations,
): Promise<{ readonly asked: number; readonly acted: number; readonly slowestMs: number }> {
  let asked = 0;
  let acted = 0;
  let slowestMs = 0;
  const batch = generatedBatch(EVENTS, MINUTES, seed);
  for (let session = 0; asked < count; session++) {
    const fuzzer = new AnswerFuzzer(seed * 1000 + session);
    const random = new Random(seed * 1000 + session);
    const sent = new Map<string, Sent>();
    const api = session % 2 === 0 ? 'chat' : 'responses';
    server.decide = ({ body, headers }) => {
      const shown = shownIn(userText(body));
      const market = {
        bid: Math.round(shown.bid * 100),
        ask: Math.round(shown.ask * 100),
        position: shown.position,
      };
      let answer = fuzzer.next(market);
      while (answer.api !== api || answer.answers !== 'tools') answer = fuzzer.next(market);
      sent.set(String(headers['x-client-request-id']), { answer, shown });
      return behaviourOf(answer, random);
    };
    const settings = [
      ...FREE_LIMITS,
      `brain.deadlineMs=${DEADLINE_MS}`,
      'brain.retries=0',
      'brain.intervalMs=200',
      'brain.breakerFailures=0',
      'brain.decisionLatencyMs=0',
      'brain.guard=false',
    ];
    const { brain } = settingsWith(...settings);
    const inner = new LlmClient({
      access: accessTo(server.baseUrl, { api }),
      deadlineMs: brain.deadlineMs,
      retries: brain.retries,
      redact: (text) => text,
    });
    const timed: ModelClient = {
      async ask(request) {
        const before = performance.now();
        const reply = await inner.ask(request);
        const tookMs = performance.now() - before;
        slowestMs = Math.max(slowestMs, tookMs);
        if (tookMs > DEADLINE_MS + SLACK_MS)
          violations.note(`${request.decisionId} took ${Math.round(tookMs)} ms`);
        return reply;
      },
    };
    const { engine, decisions } = modelRig(timed, settings);
    await playThinking(engine, batch);
    asked += decisions.length;
    for (const { id, tool, orders } of decisions) {
      if (tool === 'wait') {
        if (orders.length > 0) violations.note(`${id} waits and touches orders`);
        continue;
      }
      acted++;
      const { answer, shown } = sent.get(id) ?? {};
      if (answer === undefined || shown === undefined) {
        violations.note(`${id} acts, and nothing was answered`);
        continue;
      }
      const may = permitted(answer, {
        bid: Math.round(shown.bid * 100),
        ask: Math.round(shown.ask * 100),
        position: shown.position,
        hasEntry: false,
        stop: null,
        ageMs: 0,
        moved: 0,
      });
      if (may?.tool !== tool)
        violations.note(`${id} does ${tool}, which is not permitted: ${answer.body}`);
    }
    if (
      [...engine.desk.orders.all].some((order) => order.status !== 'denied' && order.quantity > 100)
    )
      violations.note('an order of more than 100');
  }
  server.decide = undefined;
  return { asked, acted, slowestMs: Math.round(slowestMs) };
}

function behaviourOf({ body }: FuzzedAnswer, random: Random): Behaviour {
  const spoken = { text: 'never whole' };
  if (random.below(40) === 0) return { kind: 'reset', spoken, isEarly: random.below(2) === 0 };
  const status = [400, 401, 404, 429, 500, 503, 302][random.below(160)];
  return status === undefined ? { kind: 'raw', body } : { kind: 'raw', status, body };
}
