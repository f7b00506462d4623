import { describe, expect, test } from 'vitest';
import { ARRIVAL_CARDS } from './rules/arrival-cards.ts';
import { BRACKET_CARDS } from './rules/bracket-cards.ts';
import { CHANGE_CARDS } from './rules/change-cards.ts';
import { FEE_CARDS } from './rules/fee-cards.ts';
import { LEVEL_CARDS } from './rules/level-cards.ts';
import { PHASE_CARDS } from './rules/phase-cards.ts';
import { QUEUE_CARDS } from './rules/queue-cards.ts';
import { type RuleCard, RuleMarket, toldBy } from './rules/rule-card.ts';
import { TAKING_CARDS } from './rules/taking-cards.ts';
import { TRIGGER_CARDS } from './rules/trigger-cards.ts';

const CARDS: readonly RuleCard[] = [
  ...ARRIVAL_CARDS,
  ...QUEUE_CARDS,
  ...CHANGE_CARDS,
  ...TAKING_CARDS,
  ...TRIGGER_CARDS,
  ...BRACKET_CARDS,
  ...PHASE_CARDS,
  ...LEVEL_CARDS,
  ...FEE_CARDS,
];

describe('the rules of the simulated exchange', () => {
  test.for(CARDS.map((one) => [`${one.id} ${one.says}`, one] as const))('%s', ([, one]) => {
    const market = new RuleMarket(one.options);
    one.play(market);
    expect({ told: toldBy(market), noted: market.notes }, one.why).toEqual({
      told: one.told,
      noted: one.noted,
    });
  });

  test('are at least 120, numbered without a gap in each theme', () => {
    expect(CARDS.length).toBeGreaterThanOrEqual(120);
    const themes = Map.groupBy(CARDS, ({ id }) => id.slice(0, 2));
    for (const [theme, cards] of themes)
      expect(cards.map(({ id }) => id)).toEqual(
        cards.map((_, n) => `${theme}${String(n + 1).padStart(3, '0')}`),
      );
  });
});
