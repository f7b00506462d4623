import { Random } from '../../../src/domain/random.ts';
import {
  playHistory,
  randomSteps,
  type Step,
  shrinkHistory,
} from '../../execution/model/bracket-history.ts';
import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';

/** Plays `count` random histories of brackets at the model broker; a failing one is told in its shortest form. */
export function proveBrackets({ count, seed, say }: ProofOptions): ProofResult {
  const violations = new Violations(say);
  const random = new Random(seed);
  const next = (below: number) => random.below(below);
  const steps: Partial<Record<Step['kind'], number>> = {};
  for (let i = 0; i < count; i++) {
    const history = randomSteps(next);
    for (const { kind } of history) steps[kind] = (steps[kind] ?? 0) + 1;
    if (playHistory(history).length === 0) continue;
    // shrinking takes long, and the first few tell
    const shortest = violations.count < 3 ? shrinkHistory(history) : history;
    const lines = shortest.map(({ kind, value }) => `${kind} ${value}`);
    violations.note(`${playHistory(shortest).join('; ')}\n  after ${lines.join(', ')}`);
  }
  return { violations: violations.count, steps };
}
