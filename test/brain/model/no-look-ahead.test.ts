import { expect, test } from 'vitest';
import type { ModelRequest } from '../../../src/brain/model/port.ts';
import { NANOS_PER_UNIT } from '../../../src/domain/price.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../src/domain/time.ts';
import { DAY, FREE_LIMITS, generatedBatch, OPEN, playThinking } from '../../support/engine-rig.ts';
import { NaiveBook, type PlainEvent, plainEvents } from '../../support/market-replay.ts';
import { modelRig, scriptedModel, shownIn, soundLong } from '../../support/model-rig.ts';

const batch = generatedBatch(12_000, 2);
const events: readonly PlainEvent[] = [...plainEvents([batch], DAY)];

/** Enters when flat, leaves at the third question in a position; has an own latency for each question. */
async function played(
  latency: number | null,
  until?: { readonly count: number; readonly to: number },
) {
  let held = 0;
  const model = scriptedModel(({ user }, number) => {
    const shown = shownIn(user);
    const latencyMs = 150 + ((number * 137) % 1500);
    held = shown.position === 0 ? 0 : held + 1;
    if (shown.position === 0)
      return { latencyMs, calls: [{ tool: 'enter_long', arguments: soundLong(shown) }] };
    const tool = held > 2 ? 'exit_position' : 'wait';
    return { latencyMs, calls: [{ tool, arguments: { reasoning: 'r' } }] };
  });
  const settings = latency === null ? [] : [`brain.decisionLatencyMs=${latency}`];
  const window = until === undefined ? {} : { window: { from: OPEN, to: until.to } };
  const rig = modelRig(model, [...FREE_LIMITS, ...settings], window);
  await playThinking(rig.engine, { words: batch.words, count: until?.count ?? batch.count });
  return { ...rig, requests: model.requests };
}

/** Nanoseconds since midnight of a time stamp of the log, exact. */
function nanosOf(stamp: string): number {
  const [hours = 0, minutes = 0] = [stamp.slice(11, 13), stamp.slice(14, 16)].map(Number);
  const [seconds = 0, nanos = 0] = [stamp.slice(17, 19), stamp.slice(20, 29)].map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * NS_PER_SECOND + nanos;
}

/** Best levels, their sizes and the last trade, read from the events up to a time by a slow and obvious book. */
class Reading {
  readonly #book = new NaiveBook();
  #next = 0;
  #last: number | null = null;

  at(ts: number) {
    for (let event = events[this.#next]; event !== undefined && event.ts <= ts; ) {
      if (event.action === 'T') this.#last = event.price;
      if (event.action === 'A' || event.action === 'C') this.#book.apply(event);
      this.#next++;
      event = events[this.#next];
    }
    const level = (side: 'A' | 'B', price: number) => [
      price / NANOS_PER_UNIT,
      this.#book.sizeAt(side, price),
    ];
    return {
      bid: level('B', this.#book.bestBid),
      ask: level('A', this.#book.bestAsk),
      last: this.#last === null ? null : this.#last / NANOS_PER_UNIT,
    };
  }
}

function seenIn({ user }: ModelRequest) {
  const text = user.slice(user.indexOf('\nMARKET_STATE ') + '\nMARKET_STATE '.length);
  const market = JSON.parse(text) as Record<'BID_STACK' | 'ASK_STACK', number[][]> & {
    readonly LAST: number;
  };
  return { bid: market.BID_STACK[0], ask: market.ASK_STACK[0], last: market.LAST };
}

const runs = await Promise.all(
  [0, 800, null].map(async (latency) => ({ latency, ...(await played(latency)) })),
);

test('with another latency the same model makes another run', () => {
  const texts = runs.map(({ entries }) => JSON.stringify(entries));
  expect(new Set(texts).size).toBe(3);
  for (const { engine } of runs) expect(engine.fills).toBeGreaterThan(4);
});

test.for(runs)(
  'every question shows the events up to its snapshot and none later (latency $latency)',
  ({ requests, decisions }) => {
    const reading = new Reading();
    const later = new Reading();
    let other = 0;
    const asked = decisions.filter((each) => each.asked);
    expect(asked.length).toBeGreaterThan(30);
    for (const request of requests) {
      const decision = asked.find(({ id }) => id === request.decisionId);
      // the last question may be open when the data end
      if (decision === undefined) continue;
      const ts = nanosOf(decision.ts);
      const seen = seenIn(request);
      expect(seen, decision.ts).toEqual(reading.at(ts));
      if (JSON.stringify(later.at(ts + 50 * NS_PER_MS)) !== JSON.stringify(seen)) other++;
    }
    // the comparison is not blind: 50 ms later most of them would have shown something else
    expect(other).toBeGreaterThan(asked.length / 2);
  },
);

test.for(runs)(
  'a decision takes effect, and its orders leave, when its latency is over (latency $latency)',
  ({ latency, decisions, entries, requests }) => {
    const numbers = new Map(requests.map(({ decisionId }, i) => [decisionId, i + 1]));
    const submitted = new Map(
      entries.flatMap(({ ts, body }) =>
        body.type === 'order-submitted' ? [[body.order.id, ts] as const] : [],
      ),
    );
    let acted = 0;
    let before = 0;
    for (const { id, ts, effectTs, asked, orders, tool, code } of decisions) {
      if (!asked || effectTs === null) continue;
      const number = numbers.get(id) ?? 0;
      const charged = latency ?? 150 + ((number * 137) % 1500);
      expect(nanosOf(effectTs) - nanosOf(ts), id).toBe(charged * NS_PER_MS);
      // nor is the next question put before it
      expect(nanosOf(ts)).toBeGreaterThanOrEqual(before);
      before = nanosOf(effectTs);
      if (tool !== 'enter_long' || code !== null) continue;
      for (const order of orders) {
        acted++;
        expect(submitted.get(order.id), order.id).toBe(nanosOf(effectTs));
      }
    }
    expect(acted).toBeGreaterThan(5);
  },
);

test.for(runs.slice(1))(
  'data that end at a snapshot give the same questions up to it, to the letter (latency $latency)',
  async ({ latency, requests, decisions }) => {
    for (const at of [5, 17, 29]) {
      const to = nanosOf(decisions.filter(({ asked }) => asked)[at]?.ts ?? '');
      // what comes later is not there at all
      const count = events.findIndex(({ ts }) => ts > to);
      const cut = await played(latency, { count, to });
      expect(cut.requests.length).toBeGreaterThan(at - 1);
      expect(cut.requests).toEqual(requests.slice(0, cut.requests.length));
    }
  },
);
