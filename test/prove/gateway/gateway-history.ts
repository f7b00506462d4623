import type { ChildRules } from '../../../src/adapters/ibkr-gateway/broker-orders.ts';
import { Random } from '../../../src/domain/random.ts';
import { CLIENT_ID, DeskStage, nanosOf, type StageFigures } from './desk-stage.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A thing that happens, and how long it is quiet after it, market ms. */
export interface GatewayStep {
  readonly kind: StepKind;
  /** 0 to 99: how much, how long, or which. */
  readonly value: number;
  readonly afterMs: number;
}

export interface GatewayHistory {
  readonly seed: number;
  readonly rules: ChildRules;
  readonly side: 'buy' | 'sell';
  readonly steps: readonly GatewayStep[];
}

export interface HistoryOutcome {
  readonly violations: readonly string[];
  readonly figures: StageFigures;
  readonly words: readonly string[];
}

type Play = (stage: DeskStage, value: number, history: GatewayHistory) => void | Promise<void>;

/** Prices of a bracket in dollars: entry, stop and target, and where the market has gone when it has jumped over the stop. */
const PRICES = {
  buy: { entry: 249.99, stop: 249.8, target: 250.5, gap: 249.6 },
  sell: { entry: 250.01, stop: 250.2, target: 249.5, gap: 250.4 },
} as const;
const QUANTITY = 60;
const SETTLE_MS = 30_000;

function sizeOf(value: number): number {
  return 5 + (value % 12) * 7;
}

const STEPS = {
  enter: (stage, _value, { side }) => {
    const { desk } = stage;
    if (desk === undefined || desk.bracket !== undefined) return;
    const { entry, stop, target } = PRICES[side];
    desk.enterBracket(
      {
        side,
        limitPrice: nanosOf(entry),
        stopPrice: nanosOf(stop),
        targetPrice: nanosOf(target),
        quantity: QUANTITY,
      },
      stage.now,
    );
  },
  'trades at the entry': ({ gateway }, value, { side }) =>
    gateway.trade(PRICES[side].entry, sizeOf(value)),
  'trades at the stop': ({ gateway }, value, { side }) =>
    gateway.trade(PRICES[side].stop, sizeOf(value)),
  'trades at the target': ({ gateway }, value, { side }) =>
    gateway.trade(PRICES[side].target, sizeOf(value)),
  'a gap over the stop': ({ gateway }, value, { side }) => {
    const { gap } = PRICES[side];
    gateway.quote(gap - 0.01, gap + 0.01, sizeOf(value), sizeOf(value));
    gateway.trade(gap, sizeOf(value));
  },
  'quotes as before': ({ gateway }) => gateway.quote(249.99, 250.01, 500, 500),
  'thin quotes': ({ gateway }, value) => gateway.quote(249.99, 250.01, 1 + (value % 9), 7),
  'halt and on': async (stage, value) => {
    stage.gateway.halt(true);
    await stage.time.pass(value * 10);
    stage.gateway.halt(false);
  },
  flatten: ({ desk, now }) => void desk?.flatten(now, 'flatten'),
  'cancel entries': ({ desk, now }) => void desk?.cancelEntries(now, 'by hand'),
  'move the stop': ({ desk, now }, value, { side }) => {
    const id = desk?.bracket?.stopId;
    const away = (side === 'buy' ? 1 : -1) * (value % 8) * 0.01;
    if (id !== undefined)
      desk?.change({ id, stopPrice: nanosOf(Number((PRICES[side].stop + away).toFixed(2))) }, now);
  },
  'move the target': ({ desk, now }, value, { side }) => {
    const id = desk?.bracket?.targetId;
    const away = (side === 'buy' ? -1 : 1) * (value % 8) * 0.01;
    if (id !== undefined)
      desk?.change({ id, price: nanosOf(Number((PRICES[side].target + away).toFixed(2))) }, now);
  },
  'less of the entry': ({ desk, now }, value) => {
    const id = desk?.bracket?.entryId;
    if (id !== undefined) desk?.change({ id, quantity: 10 + (value % 40) }, now);
  },
  drop: (stage) => stage.fault({ type: 'drop' }),
  restart: (stage, value) => stage.fault({ type: 'restart', downMs: value * 60 }),
  stall: async (stage, value) => {
    stage.fault({ type: 'stall' });
    await stage.time.pass(value * 40);
    stage.fault({ type: 'resume' });
  },
  'line lost': async (stage, value) => {
    stage.fault({ type: 'line-lost' });
    await stage.time.pass(value * 40);
    stage.fault({ type: 'line-back', keepsData: value % 2 === 0 });
  },
  'id in use': async (stage, value) => {
    stage.fault({ type: 'client-id-in-use', clientId: CLIENT_ID, isOn: true });
    stage.fault({ type: 'drop' });
    await stage.time.pass(value * 60);
    stage.fault({ type: 'client-id-in-use', clientId: CLIENT_ID, isOn: false });
  },
  'our process dies': async (stage, value) => {
    stage.kill();
    await stage.time.pass(value * 20);
    while (!(await stage.start())) await stage.time.pass(100);
  },
  'lost on the wire': async (stage, value) => {
    stage.isWireDead = true;
    if (stage.line !== undefined) stage.line.losesNext = true;
    await stage.time.pass(value % 20);
    stage.fault({ type: 'drop' });
    await stage.time.settle();
    stage.isWireDead = false;
    if (stage.line !== undefined) stage.line.losesNext = false;
  },
  'orders vanish with the connection': async (stage, value) => {
    stage.isWireDead = true;
    stage.fault({ type: 'swallow-orders', count: 1 + (value % 3) });
    await stage.time.pass(value * 3);
    stage.fault({ type: 'drop' });
    stage.isWireDead = false;
    stage.gateway.gateway.faults.forgetVerdicts();
  },
  'the broker cancels all': (stage) =>
    stage.fault({ type: 'cancel-orders', text: 'by the broker' }),
  'orders refused': (stage, value) =>
    stage.fault({
      type: 'refuse-orders',
      code: [201, 203, 321, 10_147][value % 4],
      text: 'Order rejected - reason: not today',
      count: 1 + (value % 3),
    }),
  'orders inactive': (stage) => stage.fault({ type: 'inactive-orders' }),
  'orders warned of': (stage) => stage.fault({ type: 'warn-orders' }),
  'cancels refused': (stage, value) =>
    stage.fault({ type: 'refuse-cancels', code: [161, 10_148, 10_147][value % 3] }),
  'cancels vanish': (stage) => stage.fault({ type: 'swallow-cancels' }),
  'states plain': (stage) => stage.fault({ type: 'states', how: 'plain' }),
  'states twice': (stage) => stage.fault({ type: 'states', how: 'twice' }),
  'states reversed': (stage, value) =>
    stage.fault({ type: 'states', how: 'reversed', delayMs: value * 2 }),
  'states never': (stage) => stage.fault({ type: 'states', how: 'never' }),
  'executions plain': (stage) => stage.fault({ type: 'executions', how: 'plain' }),
  'executions twice': (stage, value) =>
    stage.fault({
      type: 'executions',
      how: 'twice',
      delayMs: value,
      commissionDelayMs: value * 30,
    }),
  'executions never': (stage) => stage.fault({ type: 'executions', how: 'never' }),
  'an execution is corrected': (stage, value) =>
    stage.fault({ type: 'correct-execution', price: 249.9 + (value % 10) / 100 }),
  'somebody trades by hand': ({ gateway }, value) =>
    void gateway.placeByHand(
      value % 2 === 0 ? 'buy' : 'sell',
      value % 2 === 0 ? 250.01 : 249.99,
      3,
    ),
  'farms come and go': (stage, value) =>
    stage.fault({ type: 'message', code: [2103, 2104, 2105, 2106, 2107, 2108][value % 6] ?? 2104 }),
} satisfies Record<string, Play>;

export type StepKind = keyof typeof STEPS;
export const STEP_KINDS = Object.keys(STEPS) as readonly StepKind[];

/** What makes something happen at all comes oftener than what disturbs it. */
const OFTEN: readonly StepKind[] = [
  'enter',
  'enter',
  'trades at the entry',
  'trades at the entry',
  'trades at the entry',
  'trades at the stop',
  'trades at the target',
  'a gap over the stop',
  'flatten',
];
const POT: readonly StepKind[] = [...OFTEN, ...STEP_KINDS];
const PAUSES = [0, 0, 1, 5, 20, 100, 400, 1_200, 6_000];
const MOST_STEPS = 14;

/** History number `seed`: the same one on every machine. */
export function randomHistory(seed: number): GatewayHistory {
  const random = new Random(seed);
  const pick = <Item>(items: readonly Item[], other: Item): Item =>
    items[random.below(items.length)] ?? other;
  const step = (kind: StepKind): GatewayStep => ({
    kind,
    value: random.below(100),
    afterMs: pick(PAUSES, 0),
  });
  const steps = [step('enter')];
  for (let left = 3 + random.below(MOST_STEPS - 3); left > 0; left--)
    steps.push(step(pick(POT, 'enter')));
  return {
    seed,
    side: random.below(2) === 0 ? 'buy' : 'sell',
    rules: {
      activation: random.below(2) === 0 ? 'filled-part' : 'whole-parent',
      afterPartialCancel: random.below(2) === 0 ? 'work-on' : 'canceled',
    },
    steps,
  };
}

/** Plays a history, lets everything come to rest, and tells what did not hold. `say` takes each step as it comes. */
export async function playHistory(
  time: VirtualTime,
  history: GatewayHistory,
  say: (line: string) => void = () => undefined,
): Promise<HistoryOutcome> {
  const stage = await DeskStage.open(time, history.rules);
  stage.onNote = say;
  try {
    for (const { kind, value, afterMs } of history.steps) {
      const play: Play = STEPS[kind];
      await play(stage, value, history);
      await time.pass(afterMs);
      say(
        `${kind} ${value}, ${afterMs} ms: broker ${stage.held}, desk ${stage.desk?.portfolio.position} ${stage.desk?.venueStanding} ${stage.desk?.bracket?.state ?? '-'}`,
      );
    }
    stage.fault({ type: 'line-back', keepsData: true });
    stage.fault({ type: 'clear' });
    stage.gateway.quote(249.99, 250.01, 500, 500);
    const end = time.nowMs + SETTLE_MS;
    await time.pass(7_000);
    while (!stage.isSettled && time.nowMs < end) await time.pass(100);
    stage.checkEnd();
    return { violations: [...stage.violations], figures: stage.figures, words: stage.words };
  } finally {
    await stage.close();
  }
}
