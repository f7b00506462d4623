import { afterEach, describe, expect, test } from 'vitest';
import { chooseContract } from '../../../src/adapters/ibkr/choose-contract.ts';
import type { BrokerContract, ContractTold } from '../../../src/adapters/ibkr/gateway-line.ts';
import { IbkrVenue } from '../../../src/adapters/ibkr/ibkr-venue.ts';
import { type ScriptedLine, scriptedLines } from './scripted-line.ts';

const ES: BrokerContract = {
  symbol: 'ES',
  securityType: 'FUT',
  exchange: 'CME',
  currency: 'USD',
};
const TERMS = { kind: 'future', tickNanos: 250_000_000, multiplier: 50 } as const;

function told(conId: number, more: Partial<ContractTold> = {}): ContractTold {
  return {
    requestId: 1,
    conId,
    symbol: 'ES',
    localSymbol: `ES${conId}`,
    expiry: '20261218',
    exchange: 'CME',
    currency: 'USD',
    minTick: 0.25,
    multiplier: 50,
    ...more,
  };
}

const venues: IbkrVenue[] = [];

afterEach(() => {
  for (const venue of venues.splice(0)) venue.close();
});

describe('the contract that is meant', () => {
  test('is the only one that fits, and goes by its number from then on', () => {
    expect(chooseContract(ES, [told(7), told(7)], TERMS)).toEqual({
      contract: { ...ES, conId: 7 },
      words: undefined,
    });
  });

  test('is refused where two expiries fit, naming both', () => {
    const other = told(8, { localSymbol: 'ESH7', expiry: '20270319' });
    expect(chooseContract(ES, [told(7), other], TERMS)).toEqual({
      problem:
        'ES is more than one contract: ES7, 20261218, CME, number 7; ESH7, 20270319, CME, number 8. ' +
        'Name the one that is meant by its local symbol or its number (conId)',
    });
  });

  test.for([
    ['none', [], /^the broker knows no ES \(FUT at CME\)$/],
    ['another multiplier', [told(7, { multiplier: 5 })], /is worth 5, of the instrument 50$/],
    ['another step', [told(7, { minTick: 0.05 })], /is 0.05, of the instrument 0.25$/],
    ['another currency', [told(7, { currency: 'EUR' })], /is traded in EUR, not in USD$/],
  ] as const)('is refused with %s', ([, candidates, problem]) => {
    expect(chooseContract(ES, candidates, TERMS)).toEqual({
      problem: expect.stringMatching(problem),
    });
  });

  test('is never a stock that has a future’s name', () => {
    const stock: BrokerContract = { ...ES, securityType: 'STK', exchange: 'SMART' };
    expect(chooseContract(stock, [told(7)], TERMS)).toEqual({
      problem: 'ES is a future, and would be traded as STK',
    });
  });

  test('of a stock may have a finer step, which is said', () => {
    const stock: BrokerContract = { ...ES, symbol: 'TEST', securityType: 'STK', exchange: 'SMART' };
    const cent = { kind: 'stock', tickNanos: 10_000_000, multiplier: 1 } as const;
    const fine = told(7, { minTick: 0.0001, multiplier: 1 });
    expect(chooseContract(stock, [fine], cent)).toEqual({
      contract: { ...stock, conId: 7 },
      words: expect.stringContaining('0.0001'),
    });
  });
});

function start(): { readonly begun: Promise<void>; readonly line: ScriptedLine } {
  const { open, lines } = scriptedLines();
  const venue = new IbkrVenue({
    openLine: open,
    allowedAccounts: ['DU7654321'],
    contract: ES,
    instrument: TERMS,
    clientId: 7,
    idPrefix: 'r1-',
    clock: () => 0,
    estimateCommission: () => 0,
  });
  venues.push(venue);
  const begun = venue.begin(4_000);
  const [line] = lines;
  if (line === undefined) throw new Error('no connection was opened');
  line.listener.onReady(1, ['DU7654321']);
  return { begun, line };
}

describe('a venue at its begin', () => {
  test('asks which contract is meant before it asks for anything else, and stops where there are two', async () => {
    const { begun, line } = start();
    const asked = line.asked.find((each) => each.startsWith('contracts'));
    expect(line.asked).not.toContain('open orders');
    const requestId = Number(asked?.split(' ')[1]);
    line.listener.onContract?.(told(7, { requestId }));
    line.listener.onContract?.(told(8, { requestId, localSymbol: 'ESH7' }));
    line.listener.onContractsEnd?.(requestId);
    await expect(begun).rejects.toThrow(/more than one contract: ES7.*ESH7/);
  });

  test('tells the positions of two expiries apart', async () => {
    const { begun, line } = start();
    const requestId = Number(line.asked.find((it) => it.startsWith('contracts'))?.split(' ')[1]);
    line.listener.onContract?.(told(7, { requestId }));
    line.listener.onContractsEnd?.(requestId);
    const executions = Number(line.asked.find((it) => it.startsWith('exec'))?.split(' ')[1]);
    line.listener.onOpenOrdersEnd();
    line.listener.onExecutionsEnd(executions);
    const position = { account: 'DU7654321', symbol: 'ES', securityType: 'FUT' };
    line.listener.onPosition({ ...position, quantity: 3, conId: 7 });
    line.listener.onPosition({ ...position, quantity: 5, conId: 8 });
    line.listener.onPositionsEnd();
    await begun;
    expect(venues[0]?.positionBefore).toBe(3);
  });
});
