import type { Random } from '../../domain/random.ts';
import type { Answer } from '../port.ts';
import { type Rate, rateOf } from './intervals.ts';
import { type Judged, judge } from './judge-answer.ts';
import { masked, rescaled, type Situation, shuffled } from './situation.ts';

/** Asks a brain what it would do. */
export type Asker = (situation: Situation) => Promise<Answer>;

/** How steady a brain is. */
export interface Steadiness {
  /** Questions put again and again: how often every answer was the same action. */
  readonly consistency: { readonly repeats: number; readonly same: Rate };
  /** How often the action stayed the same when the question said the same in another guise. */
  readonly robustness: { readonly masked: Rate; readonly rescaled: Rate; readonly shuffled: Rate };
}

/** What came of putting situations as they are, again, and in three guises. */
export interface Asked extends Steadiness {
  /** The first answers, a situation each. */
  readonly first: readonly Judged[];
  /** All of them, in the order asked. */
  readonly answers: readonly Answer[];
}

/** Puts each situation `repeats` times as it is, and once in each guise. */
export async function askInGuises(
  situations: readonly Situation[],
  ask: Asker,
  repeats: number,
  random: Random,
  onDone: () => void,
): Promise<Asked> {
  const first: Judged[] = [];
  const answers: Answer[] = [];
  const same = { repeats: 0, masked: 0, rescaled: 0, shuffled: 0 };
  const put = async (situation: Situation): Promise<Judged> => {
    const judged = judge(await ask(situation), situation);
    answers.push(judged.answer);
    return judged;
  };
  for (const situation of situations) {
    const judged = await put(situation);
    first.push(judged);
    let isSame = true;
    for (let k = 1; k < repeats; k++) {
      if ((await put(situation)).tool !== judged.tool) isSame = false;
    }
    if (isSame) same.repeats++;
    if ((await put(masked(situation))).tool === judged.tool) same.masked++;
    if ((await put(rescaled(situation))).tool === judged.tool) same.rescaled++;
    const order = inAnyOrder(situation.fieldOrder, random);
    if ((await put(shuffled(situation, order))).tool === judged.tool) same.shuffled++;
    onDone();
  }
  const of = situations.length;
  return {
    first,
    answers,
    consistency: { repeats, same: rateOf(same.repeats, of) },
    robustness: {
      masked: rateOf(same.masked, of),
      rescaled: rateOf(same.rescaled, of),
      shuffled: rateOf(same.shuffled, of),
    },
  };
}

/** A permutation by R. A. Fisher and F. Yates. */
function inAnyOrder<Item>(items: readonly Item[], random: Random): readonly Item[] {
  const order = items.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const k = random.below(i + 1);
    const [a, b] = [order[i], order[k]];
    if (a !== undefined && b !== undefined) [order[i], order[k]] = [b, a];
  }
  return order;
}
