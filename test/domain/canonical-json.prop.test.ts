import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';

property.prop([fc.jsonValue()])('reads back as the same value', (value) => {
  expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
});

property.prop([fc.dictionary(fc.string(), fc.jsonValue())])(
  'does not depend on the order of keys',
  (value) => {
    const reversed = Object.fromEntries(Object.entries(value).reverse());
    expect(canonicalJson(reversed)).toBe(canonicalJson(Object.fromEntries(Object.entries(value))));
  },
);

test('sorts keys at every depth and leaves out what is undefined', () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined, a: -0 }], a: null })).toBe(
    '{"a":null,"b":[{"a":0,"d":1}]}',
  );
});

test.for([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
  expect(() => canonicalJson({ value })).toThrow(TypeError);
});
