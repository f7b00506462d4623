import { fc, test } from '@fast-check/vitest';
import { expect, test as plainTest } from 'vitest';
import {
  cutText,
  numberText,
  quoted,
  utf8Length,
  valueText,
} from '../../../src/brain/context/context-text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

test.prop([anyText])('a text comes back, and no character of it can be taken for ours', (text) => {
  const written = quoted(text);
  expect(JSON.parse(written)).toBe(text);
  expect(written.replaceAll(' ', '')).not.toMatch(/[\p{C}\p{Z}]/u);
});

test.prop([fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), fc.nat(9)])(
  'a number is written without exponent, and says what it is to 1e-9',
  (value, decimals) => {
    const written = numberText(value, decimals);
    expect(written).toMatch(/^-?\d+(?:\.\d+)?$/);
    expect(Math.abs(JSON.parse(written) - value)).toBeLessThanOrEqual(1e-9);
    expect((written.split('.')[1] ?? '').length).toBeGreaterThanOrEqual(decimals);
  },
);

test.prop([anyText, fc.nat(30)])('a text is cut by characters, never inside one', (text, most) => {
  expect(cutText(text, most)).toBe(Array.from(text).slice(0, most).join(''));
});

test.prop([fc.string({ unit: 'grapheme' })])('bytes are counted as UTF-8 has them', (text) => {
  expect(utf8Length(text)).toBe(Buffer.byteLength(text));
});

test.prop([fc.jsonValue({ maxDepth: 3 })])('any value is JSON, with its texts cut', (value) => {
  const parsed = JSON.parse(valueText(value, 1000));
  // -0 and what is finer than 1e-9 are no figures of ours
  expect(JSON.stringify(parsed)?.length).toBeLessThanOrEqual(JSON.stringify(value).length + 400);
});

plainTest('numbers read as a trader writes them', () => {
  expect(numberText(250.1, 2)).toBe('250.10');
  expect(numberText(577.635, 2)).toBe('577.635');
  expect(numberText(-0, 2)).toBe('0.00');
  expect(numberText(1e21)).toBe('1000000000000000000000');
  expect(numberText(5e-7)).toBe('0.0000005');
  expect(numberText(5e-17, 2)).toBe('0.00');
  expect(numberText(Number.NaN)).toBe('null');
  expect(numberText(null, 2)).toBe('null');
});

plainTest('line separators and direction marks are escaped in names, too', () => {
  expect(valueText({ 'a\u2028b': 'c\u202ed\u00a0e\u{e0041}' }, 10)).toBe(
    '{"a\\u2028b":"c\\u202ed\\u00a0e\\udb40\\udc41"}',
  );
});
