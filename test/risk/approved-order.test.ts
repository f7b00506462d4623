import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { OrderRequest } from '../../src/domain/order.ts';
import type { ApprovedOrder } from '../../src/risk/approved-order.ts';
import { RiskGate } from '../../src/risk/risk-gate.ts';
import { CALM, SPEC_RISK } from '../support/risk-context.ts';

const ORDER: OrderRequest = {
  id: 'A',
  side: 'buy',
  type: 'limit',
  price: 250_000_000_000,
  quantity: 1,
  tif: 'day',
  role: 'ENTRY',
  reduceOnly: false,
};

test('the compiler takes nothing for an approved order but what the gate gave', () => {
  const venue = { submit: (order: ApprovedOrder): string => order.id };
  const verdict = new RiskGate(SPEC_RISK, null).review(ORDER, CALM);
  if (verdict.approved === undefined) throw new Error('denied');
  const { approved } = verdict;
  expect(venue.submit(approved)).toBe('A');
  // each of these lines has to be an error of the compiler, or `npm run types` fails
  // @ts-expect-error a plain request
  venue.submit(ORDER);
  // @ts-expect-error a literal with the seal's name
  venue.submit({ ...ORDER, approvedBy: 'risk gate' });
  // oxlint-disable-next-line typescript/no-misused-spread -- the linter refuses it, too
  const copy = { ...approved, quantity: 1_000_000 };
  // @ts-expect-error a copy with other terms
  venue.submit(copy);
  // @ts-expect-error an assignment onto an approved order
  venue.submit(Object.assign({}, ORDER, { approvedBy: 'risk gate' as const }));
});

/**
 * What could give the seal without the gate: a cast to it or past it, and a claim that something has it. Types of Node's and of
 * the models' client are none of ours.
 */
const FORGERIES = [
  /\bas\s+(?:readonly\s+)?(?:\w+\.)*Approved(?:Order|Change)\b/,
  /<\s*Approved(?:Order|Change)\s*>\s*[\w({[]/,
  /\bis\s+Approved(?:Order|Change)\b/,
  /\bas\s+(?:any|never)\b/,
  /\bas\s+unknown\s+as\s+(?!NodeJS\.|OpenAI\.)\S+/,
  /\bas\s+Parameters\s*</,
  /@ts-(?:ignore|expect-error|nocheck)/,
];

function forgeriesIn(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/(?!\s*@ts-).*$/gm, '');
  return FORGERIES.flatMap((forgery) => code.match(new RegExp(forgery, 'g')) ?? []);
}

test('nothing in src/ but the gate casts to an approved order, or to anything that could become one', () => {
  // the book's core is another language, which knows none of these types
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.startsWith('market/book/core/'),
  );
  const found = files.flatMap((name) =>
    forgeriesIn(readFileSync(`src/${name}`, 'utf8')).map((text) => `${name}: ${text}`),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(found.sort()).toEqual([
    'risk/risk-gate.ts: as ApprovedChange',
    'risk/risk-gate.ts: as ApprovedOrder',
  ]);
});

test.for([
  'venue.submit(order as ApprovedOrder)',
  'const x = <ApprovedOrder>order;',
  'const x = order as never;',
  'const x = order as unknown as Parameters<typeof submit>[0];',
  'function isApproved(order: OrderRequest): order is ApprovedOrder {',
  '// @ts-expect-error\nvenue.submit(order)',
])('a forgery is found: %s', (text) => {
  expect(forgeriesIn(text)).not.toEqual([]);
});
