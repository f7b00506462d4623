import { expect, test } from 'vitest';
import type { Asker } from '../../../src/brain/evaluation/ask-in-guises.ts';
import { evaluate } from '../../../src/brain/evaluation/evaluate.ts';
import { askRules } from '../../../src/brain/evaluation/judge-answer.ts';
import type { QuotePath } from '../../../src/brain/evaluation/quote-path.ts';
import type { Situation } from '../../../src/brain/evaluation/situation.ts';
import type { RawCall } from '../../../src/brain/port.ts';
import { answerOf, WAIT } from '../../support/engine-rig.ts';
import { entrySituation, longSituation, pathOf } from '../../support/held-situation.builder.ts';

/** Falls by a cent a second from 250.00, through the stop in its 21st; rises like it to the target in the 40th. */
const falling = pathOf((secs) => 250 - secs / 100);
const rising = pathOf((secs) => 250 + secs / 100);

const EXIT: RawCall = { tool: 'exit_position', arguments: { reasoning: 'r' } };
const CANCEL: RawCall = { tool: 'cancel_all', arguments: { reasoning: 'r' } };
const update = (tool: 'update_stop' | 'update_target', new_price: number): RawCall => ({
  tool,
  arguments: { new_price, reasoning: 'r' },
});

async function told(
  call: RawCall,
  situations: readonly Situation[],
  path: QuotePath,
  latencyMs = 0,
) {
  const ask: Asker = () => Promise.resolve({ ...answerOf(call), latencyMs });
  return evaluate({ situations, path, ask, repeats: 1, seed: 1 });
}

test.for([
  // the stop would have made -0.20, the target +0.40
  ['leaving before the stop', EXIT, falling, 0.2],
  ['leaving before the target', EXIT, rising, -0.4],
  ['a closer stop before the fall', update('update_stop', 249.95), falling, 0.15],
  ['a closer stop before the rise', update('update_stop', 249.95), rising, 0],
  ['a closer target before the rise', update('update_target', 250.1), rising, -0.3],
  ['a farther target before the rise', update('update_target', 250.6), rising, 0.2],
  ['waiting', WAIT, falling, null],
] as const)('%s is scored by what it changed', async ([, call, path, gain]) => {
  const { inPosition } = await told(call, [longSituation(0)], path);
  expect(inPosition.score.gain.value).toBe(gain);
  expect(inPosition.score.interventions.count).toBe(gain === null ? 0 : 1);
  expect(inPosition.byTool[call.tool]).toMatchObject({ count: 1, of: 1 });
  expect(inPosition.holds.count).toBe(gain === null ? 1 : 0);
  expect(inPosition.baselines.always.gain.value).toBe(path === falling ? 0.2 : -0.4);
  expect(inPosition.baselines.never.gain.value).toBeNull();
});

test('an exit acts when its answer came: at the touch of then, and not after the stop', async () => {
  const situations = [longSituation(18)];
  const soon = await told(EXIT, situations, falling);
  expect(soon.inPosition.score.gain.value).toBe(0.02);
  const late = await told(EXIT, situations, falling, 4000);
  expect(late.inPosition.score.gain.value).toBe(0);
});

test('a position that was held too long goes at the touch, whatever the bracket', async () => {
  const still = pathOf(() => 250.1);
  const { inPosition } = await told(EXIT, [longSituation(0), longSituation(350)], still);
  // left at once or by the time that the profile allows: the same touch
  expect(inPosition.score.gain).toMatchObject({ of: 2, value: 0 });
});

test.for([
  // 250.00 is asked two seconds on, and falls through the stop
  ['that would have lost', falling, 0.2],
  ['that would never have filled', rising, 0],
] as const)('taking an entry back %s is scored by what it saved', async ([, path, gain]) => {
  const { withEntry, inPosition } = await told(CANCEL, [entrySituation(0)], path);
  expect(inPosition.situations).toBe(0);
  expect(withEntry.score.gain.value).toBeCloseTo(gain, 9);
  expect(withEntry).toMatchObject({ situations: 1, exits: { count: 1 }, agreement: { count: 0 } });
});

test('gate 1 knows what is open: no second entry, no wider stop, no exit from nothing', async () => {
  const enter: RawCall = {
    tool: 'enter_long',
    arguments: {
      limit_price: 250.02,
      stop_loss: 249.82,
      profit_target: 250.42,
      size: 100,
      conviction: 0.5,
      reasoning: 'r',
    },
  };
  const both = [longSituation(0), entrySituation(0)];
  const again = await told(enter, both, rising);
  expect(again.inPosition.denied).toMatchObject({ ALREADY_IN: { count: 1 } });
  expect(again.withEntry.denied).toMatchObject({ ALREADY_IN: { count: 1 } });
  const wider = await told(update('update_stop', 249.7), both, rising);
  expect(wider.inPosition.denied).toMatchObject({ STOP_WIDENED: { count: 1 } });
  expect((await told(EXIT, both, rising)).withEntry.denied).toMatchObject({
    NO_POSITION: { count: 1 },
  });
});

test('the rules leave by their exits, also by the time since the position was opened', async () => {
  const against = longSituation(0, { market: { CVD_TREND: 'FALLING' } });
  const long = { ...longSituation(0), openedTs: longSituation(0).question.ts - 301e9 };
  const situations = [longSituation(0), against, long];
  const ask: Asker = (each) => Promise.resolve(askRules(each));
  const { inPosition, situations: flat } = await evaluate({
    situations,
    path: falling,
    ask,
    repeats: 2,
    seed: 1,
  });
  expect(flat).toBe(0);
  expect(inPosition).toMatchObject({
    situations: 3,
    byTool: { wait: { count: 1 }, exit_position: { count: 2 } },
    exits: { count: 2, of: 3 },
    agreement: { count: 3 },
    agreementOnExits: { count: 2, of: 2 },
    consistency: { same: { count: 3 } },
    robustness: { masked: { count: 3 }, rescaled: { count: 3 }, shuffled: { count: 3 } },
  });
});
