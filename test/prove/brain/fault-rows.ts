import { performance } from 'node:perf_hooks';
import { NS_PER_SECOND } from '../../../src/domain/time.ts';
import { generatedBatch, OPEN, playThinking } from '../../support/engine-rig.ts';
import type { Behaviour, LlmServer } from '../../support/llm-server/llm-server.ts';
import { loopbackRig, type ShownMarket, shownIn, soundLong } from '../../support/model-rig.ts';

/** Of an answer that comes, on a machine that is busy; and of one that does not come. ms. */
const DEADLINE_MS = 2000;
const SHORT_DEADLINE_MS = 60;
/** What a busy machine may be late by in telling so, and in playing the session, ms. */
const SLACK_MS = 500;

/** A row of the public specification "faults", Brain: what a provider does, and the code that the wait must carry. */
export interface FaultRow {
  readonly name: string;
  readonly code: string;
  behave(shown: ShownMarket): Behaviour;
  readonly settings?: readonly string[];
  /** Whether the answer may come over the wire in each form; by itself in all of them. */
  readonly onlyStreaming?: boolean;
}

type Arguments = Record<string, unknown>;

function called(name: string, args: Arguments | string): Behaviour {
  const text = typeof args === 'string' ? args : JSON.stringify(args);
  return { kind: 'answer', spoken: { calls: [{ name, arguments: text }] } };
}

/** A sound entry with changes. */
function longWith(change: (args: Arguments) => Arguments): FaultRow['behave'] {
  return (shown) => called('enter_long', change(soundLong(shown)));
}

function without(args: Arguments, name: string): Arguments {
  const { [name]: _left, ...rest } = args;
  return rest;
}

function status(code: number, headers: Readonly<Record<string, string>> = {}): FaultRow['behave'] {
  const body = '{"error":{"message":"no","type":"t","code":"c"}}';
  return () => ({ kind: 'raw', status: code, headers, body });
}

const SOON = { 'retry-after-ms': '5' };
const LANGUAGE = ['brain.answers=language'];
const said = (text: string): Behaviour => ({ kind: 'answer', spoken: { text } });
const sound = (shown: ShownMarket) => [
  { name: 'enter_long', arguments: JSON.stringify(soundLong(shown)) },
];

export const FAULT_ROWS: readonly FaultRow[] = [
  { name: 'no call', code: 'NO_CALL', behave: () => said('I would buy here.') },
  {
    name: 'two calls',
    code: 'MANY_CALLS',
    behave: (shown) => ({
      kind: 'answer',
      spoken: { calls: [...sound(shown), { name: 'wait', arguments: '{"reasoning":"r"}' }] },
    }),
  },
  {
    name: 'an unknown tool',
    code: 'UNKNOWN_TOOL',
    behave: (shown) => called('buy_now', soundLong(shown)),
  },
  {
    name: 'wrong types',
    code: 'BAD_ARGUMENTS',
    behave: longWith((args) => ({ ...args, reasoning: 7 })),
  },
  {
    name: 'a missing argument',
    code: 'BAD_ARGUMENTS',
    behave: longWith((args) => without(args, 'stop_loss')),
  },
  {
    name: 'an extra argument',
    code: 'BAD_ARGUMENTS',
    behave: longWith((args) => ({ ...args, leverage: 2 })),
  },
  {
    name: 'an argument that stands twice',
    code: 'BAD_ARGUMENTS',
    behave: (shown) =>
      called('enter_long', JSON.stringify(soundLong(shown)).replace('{', '{"size":1,')),
  },
  {
    name: 'numbers as text',
    code: 'BAD_ARGUMENTS',
    behave: longWith((args) => ({ ...args, limit_price: String(args['limit_price']) })),
  },
  {
    name: 'no conviction',
    code: 'BAD_ARGUMENTS',
    behave: longWith((args) => ({ ...args, conviction: null })),
  },
  {
    name: 'prices in cents',
    code: 'STOP_DISTANCE',
    behave: longWith((args) => ({
      ...args,
      limit_price: Number(args['limit_price']) * 100,
      stop_loss: Number(args['stop_loss']) * 100,
      profit_target: Number(args['profit_target']) * 100,
    })),
  },
  {
    name: 'a price between ticks',
    code: 'OFF_TICK',
    behave: longWith((args) => ({ ...args, limit_price: Number(args['limit_price']) + 0.001 })),
  },
  {
    name: 'the stop on the wrong side',
    code: 'WRONG_SIDE',
    behave: longWith((args) => ({
      ...args,
      stop_loss: args['profit_target'],
      profit_target: args['stop_loss'],
    })),
  },
  {
    name: 'size 10,000',
    code: 'MAX_POSITION',
    behave: longWith((args) => ({ ...args, size: 10_000 })),
  },
  {
    name: 'truncated JSON',
    code: 'BAD_ARGUMENTS',
    behave: (shown) => called('enter_long', JSON.stringify(soundLong(shown)).slice(0, -12)),
  },
  {
    name: 'an answer cut off in its reasoning',
    code: 'CUT_OFF',
    behave: (shown) => ({ kind: 'answer', spoken: { calls: sound(shown), finish: 'length' } }),
  },
  {
    name: 'a thought that is never closed',
    code: 'CUT_OFF',
    behave: () => said('<think>so the right thing is\nWAIT(no edge)'),
    settings: LANGUAGE,
  },
  {
    name: 'prose around a command',
    code: 'NO_CALL',
    behave: () => said('I say: WAIT(no edge)'),
    settings: LANGUAGE,
  },
  {
    name: 'a stream without its end',
    code: 'CUT_OFF',
    behave: (shown) => ({ kind: 'unfinished', spoken: { calls: sound(shown) }, left: 2 }),
    onlyStreaming: true,
  },
  { name: 'an empty answer', code: 'NO_CALL', behave: () => ({ kind: 'answer', spoken: {} }) },
  { name: 'an empty body', code: 'PROVIDER_ERROR', behave: () => ({ kind: 'raw', body: '' }) },
  { name: 'no JSON', code: 'PROVIDER_ERROR', behave: () => ({ kind: 'raw', body: '<html>' }) },
  {
    name: 'a refusal',
    code: 'REFUSED',
    behave: (shown) => ({ kind: 'answer', spoken: { calls: sound(shown), refusal: 'I cannot' } }),
  },
  {
    name: 'a filtered answer',
    code: 'REFUSED',
    behave: (shown) => ({
      kind: 'answer',
      spoken: { calls: sound(shown), finish: 'content_filter' },
    }),
  },
  { name: 'a time-out', code: 'TIMEOUT', behave: () => ({ kind: 'hang' }) },
  { name: 'a stream that never ends', code: 'TIMEOUT', behave: () => ({ kind: 'endless' }) },
  {
    name: 'an answer after its deadline',
    code: 'TIMEOUT',
    behave: (shown) => ({
      kind: 'answer',
      spoken: { calls: sound(shown) },
      afterMs: SHORT_DEADLINE_MS + 60,
    }),
  },
  { name: '401', code: 'PROVIDER_ERROR', behave: status(401) },
  { name: '404', code: 'PROVIDER_ERROR', behave: status(404) },
  {
    name: '429 without retry-after',
    code: 'PROVIDER_ERROR',
    behave: status(429),
    settings: ['brain.retries=1'],
  },
  {
    name: '429 with retry-after',
    code: 'PROVIDER_ERROR',
    behave: status(429, SOON),
  },
  {
    name: '429 with retry-after beyond the deadline',
    code: 'PROVIDER_ERROR',
    behave: status(429, { 'retry-after': '3600' }),
  },
  { name: '500', code: 'PROVIDER_ERROR', behave: status(500, SOON) },
  { name: '503', code: 'PROVIDER_ERROR', behave: status(503, SOON) },
  { name: 'a redirect', code: 'PROVIDER_ERROR', behave: status(307, { location: '/elsewhere' }) },
  {
    name: 'a connection reset in mid-stream',
    code: 'PROVIDER_ERROR',
    behave: (shown) => ({ kind: 'reset', spoken: { calls: sound(shown) } }),
    settings: ['brain.retries=0'],
  },
];

export const WIRE_FORMS = [
  { api: 'chat', isStreaming: false },
  { api: 'chat', isStreaming: true },
  { api: 'responses', isStreaming: false },
  { api: 'responses', isStreaming: true },
] as const;

const batch = generatedBatch(3_000, 1);
/** Long enough for one question. */
const WINDOW = { from: OPEN + 4 * NS_PER_SECOND, to: OPEN + 5.5 * NS_PER_SECOND };

/**
 * Plays a session in which every question meets the row's fault, and tells what is not as it must be: every decision a wait
 * with the row's code, within the deadline, no order, no trouble of the program's own.
 */
export async function playFault(
  row: FaultRow,
  form: (typeof WIRE_FORMS)[number],
  server: LlmServer,
): Promise<string[]> {
  server.seen.length = 0;
  const deadlineMs = row.code === 'TIMEOUT' ? SHORT_DEADLINE_MS : DEADLINE_MS;
  server.decide = ({ body }) => row.behave(shownIn(userText(body)));
  const { engine, decisions, recorder } = loopbackRig(
    server.baseUrl,
    [
      `brain.deadlineMs=${deadlineMs}`,
      'risk.maxSpread=1',
      'risk.maxSpreadOpenDrive=1',
      ...(row.settings ?? []),
    ],
    form,
    { window: WINDOW },
  );
  const before = performance.now();
  await playThinking(engine, batch);
  const tookMs = performance.now() - before;
  const asked = decisions.filter((decision) => decision.asked);
  const problems: string[] = [];
  const expectEqual = (what: string, found: unknown, expected: unknown): void => {
    if (found !== expected)
      problems.push(
        `${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`,
      );
  };
  expectEqual('questions', recorder.asked, asked.length);
  if (asked.length === 0) problems.push('no question was put');
  for (const { tool, code, latencyMs, orders } of asked) {
    expectEqual('tool', tool, 'wait');
    expectEqual('code', code, row.code);
    expectEqual('orders', orders.length, 0);
    if ((latencyMs ?? 0) > deadlineMs) problems.push(`latency ${latencyMs} ms`);
  }
  expectEqual(
    'orders of the run',
    [...engine.desk.orders.all].filter(({ status }) => status !== 'denied').length,
    0,
  );
  if (tookMs > asked.length * deadlineMs + SLACK_MS) problems.push(`took ${Math.round(tookMs)} ms`);
  return problems;
}

/** The one message of a request, whichever interface it is for. */
export function userText(body: Readonly<Record<string, unknown>>): string {
  const { input, messages } = body;
  if (typeof input === 'string') return input;
  const list = messages as readonly { readonly role: string; readonly content: string }[];
  return list.find(({ role }) => role === 'user')?.content ?? '';
}
