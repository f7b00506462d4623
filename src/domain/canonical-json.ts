/**
 * JSON with the keys of every object in code unit order and no blanks: equal values are equal text. Members that are
 * `undefined` are left out, as in JSON.
 *
 * @throws {TypeError} If a number is not finite: JSON would silently turn it into null.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`${value} has no JSON form`);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    // defined, not assigned: "__proto__" is a key like any other
    Object.defineProperty(result, key, {
      value: sorted((value as Record<string, unknown>)[key]),
      enumerable: true,
    });
  }
  return result;
}
