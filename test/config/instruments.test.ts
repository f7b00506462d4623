import { expect, test } from 'vitest';
import { PACKAGE_CONFIG_FOLDER } from '../../src/config/config-folder.ts';
import { loadInstruments } from '../../src/config/instruments.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const shipped = loadInstruments([PACKAGE_CONFIG_FOLDER]);

test.for(['ESH4', 'ESZ25', 'ES', 'ES.FUT', 'ES.c.0'])('%s is a contract of ES', (symbol) => {
  expect(shipped.entryOf(symbol, 'futures').instrument).toEqual({
    symbol,
    kind: 'future',
    calendar: 'cme-globex',
    tickNanos: 250_000_000,
    multiplier: 50,
    commissionMicros: 1_890_000,
  });
});

// tick values: CME Group contract specifications
test.for([
  ['MESM4', 1.25],
  ['NQU4', 5],
  ['MNQU4', 0.5],
  ['RTYH5', 5],
  ['YMH5', 5],
  ['CLF5', 10],
  ['GCG5', 10],
  ['6EH5', 6.25],
  ['M6EH5', 1.25],
] as const)('a tick of %s is worth $%d', ([symbol, dollars]) => {
  const { tickNanos, multiplier } = shipped.entryOf(symbol, 'futures').instrument;
  expect((tickNanos / 1e9) * multiplier).toBeCloseTo(dollars, 9);
});

test('a stock that is not listed has a tick of a cent, whatever a future’s root is called', () => {
  expect(shipped.entryOf('ES', 'stocks').instrument).toEqual({
    symbol: 'ES',
    kind: 'stock',
    calendar: 'us-equities',
    tickNanos: 10_000_000,
    multiplier: 1,
  });
});

test('a future whose root is not listed is an error, not a guess', () => {
  expect(() => shipped.entryOf('EU6H5', 'futures')).toThrow(
    /no future "EU6H5", allowed: contracts of 6E, CL, ES/,
  );
});

test('names the file and the key of a wrong instrument', () => {
  const folder = temporaryFolder({
    'instruments/x.json': '{"symbol": "X", "tick": 0.5, "colour": "red"}',
  });
  expect(() => loadInstruments([folder])).toThrow(
    /x\.json: tick: .*allowed: the smallest price step/,
  );
});
