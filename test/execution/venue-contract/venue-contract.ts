import { describe, expect, test } from 'vitest';
import { bracketCards } from './bracket-cards.ts';
import { createCardTable } from './card-table.ts';
import { connectionCards } from './connection-cards.ts';
import type { Card, VenueHarness } from './harness.ts';
import { orderCards } from './order-cards.ts';

/** Every card, numbered as they stand: those of single orders, of brackets, of connection and truth. */
const CARDS: readonly Card[] = [...orderCards, ...bracketCards, ...connectionCards].map(
  (card, index) => ({ ...card, number: index + 1 }),
);

/** Registers every card for one venue. A card that needs what the venue lacks says so, and is counted as skipped. */
export function describeVenueContract(harness: VenueHarness): void {
  describe(`venue contract: ${harness.name}`, () => {
    test('has at least 60 cards, every one with a sentence of its own', () => {
      expect(CARDS.length).toBeGreaterThanOrEqual(60);
      expect(new Set(CARDS.map(({ title }) => title)).size).toBe(CARDS.length);
    });

    for (const card of CARDS) {
      const lacking = card.needs.filter((need) => harness.lacks.includes(need));
      const name = `card ${card.number}: ${card.title}`;
      test(name, async ({ skip }) => {
        skip(lacking.length > 0, `${harness.name} lacks ${lacking.join(', ')}`);
        const table = createCardTable(await harness.open());
        await card.play(table);
      });
    }
  });
}
