import { describe, expect, test } from 'vitest';
import { bracketCards } from './bracket-cards.ts';
import { createCardTable } from './card-table.ts';
import { connectionCards } from './connection-cards.ts';
import type { Card, VenueHarness } from './harness.ts';
import { lateCards } from './late-cards.ts';
import { orderCards } from './order-cards.ts';
import { auditReports, auditTruth } from './report-audit.ts';

/** Every card, numbered as they stand: those of single orders, of brackets, of connection and truth, of what comes late. */
const CARDS: readonly Card[] = [
  ...orderCards,
  ...bracketCards,
  ...connectionCards,
  ...lateCards,
].map((card, index) => ({ ...card, number: index + 1 }));

/** What a card needs and the venue lacks, with the reason. */
function lackOf({ needs, title }: Card, { lacks, cannot }: VenueHarness): string | undefined {
  for (const need of needs) {
    const reason = lacks[need];
    if (reason !== undefined) return `${need}: ${reason}`;
  }
  return cannot?.[title];
}

/**
 * Registers every card for one venue. After each all that was reported is audited as a whole, and compared with the truth. A card
 * that needs what the venue lacks says so, and is counted as skipped.
 */
export function describeVenueContract(harness: VenueHarness): void {
  const played = CARDS.filter((card) => lackOf(card, harness) === undefined);

  describe(`venue contract: ${harness.name}, ${played.length} of ${CARDS.length} cards`, () => {
    test(`plays ${harness.plays} cards, and everything that it lacks keeps one from being played`, () => {
      expect(played.length).toBe(harness.plays);
      for (const capability of Object.keys(harness.lacks))
        expect(CARDS.flatMap(({ needs }) => needs)).toContain(capability);
      for (const title of Object.keys(harness.cannot ?? {}))
        expect(CARDS.map((card) => card.title)).toContain(title);
    });

    test('has at least 60 cards, every one with a sentence of its own', () => {
      expect(CARDS.length).toBeGreaterThanOrEqual(60);
      expect(new Set(CARDS.map(({ title }) => title)).size).toBe(CARDS.length);
    });

    for (const card of CARDS) {
      const lack = lackOf(card, harness);
      const name = `card ${card.number}: ${card.title}`;
      test(name, async ({ skip }) => {
        skip(lack !== undefined, lack);
        const table = createCardTable(await harness.open());
        await card.play(table);
        await table.settle();
        expect(auditReports(table)).toEqual([]);
        expect(await auditTruth(table)).toEqual([]);
      });
    }
  });
}
