import { expect, test } from 'vitest';
import { defineInstrument } from '../../src/app/define-instrument.ts';
import type { Instrument } from '../../src/domain/instrument.ts';

const ES: Instrument = {
  symbol: 'ESZ5',
  kind: 'future',
  calendar: 'cme-globex',
  tickNanos: 250_000_000,
  multiplier: 50,
};
const entry = {
  instrument: ES,
  origin: '/home/me/config/instruments/es.json',
  className: undefined,
  settings: undefined,
};
const definition = { origin: 'day.definition.dbn', tickNanos: 250_000_000, multiplier: 50 };

test('without a definition, or with one that tells nothing, the configured instrument counts', () => {
  const plain = { instrument: ES, definedBy: undefined, contradiction: undefined };
  const silent = { ...definition, tickNanos: undefined, multiplier: undefined };
  expect([defineInstrument(entry, undefined), defineInstrument(entry, silent)]).toEqual([
    plain,
    plain,
  ]);
});

test('a definition that agrees is named', () => {
  expect(defineInstrument(entry, definition)).toEqual({
    instrument: ES,
    definedBy: 'day.definition.dbn',
    contradiction: undefined,
  });
});

test('a definition that contradicts counts, and says so in one line', () => {
  expect(defineInstrument(entry, { ...definition, tickNanos: 100_000_000, multiplier: 5 })).toEqual(
    {
      instrument: { ...ES, tickNanos: 100_000_000, multiplier: 5 },
      definedBy: 'day.definition.dbn',
      contradiction:
        'ESZ5: tick 0.1 and multiplier 5 of day.definition.dbn are used; config/instruments/es.json has tick 0.25 and multiplier 50',
    },
  );
});

test('a definition that tells the tick alone leaves the multiplier', () => {
  const told = { ...definition, tickNanos: 5_000_000, multiplier: undefined };
  const stock = {
    ...ES,
    symbol: 'ABC',
    kind: 'stock' as const,
    tickNanos: 10_000_000,
    multiplier: 1,
  };
  const origin = 'a stock that config/instruments does not list';
  const defined = defineInstrument(
    { instrument: stock, origin, className: undefined, settings: undefined },
    told,
  );
  expect(defined).toEqual({
    instrument: { ...stock, tickNanos: 5_000_000 },
    definedBy: 'day.definition.dbn',
    contradiction:
      'ABC: tick 0.005 of day.definition.dbn is used; a stock that config/instruments does not list has tick 0.01',
  });
});
