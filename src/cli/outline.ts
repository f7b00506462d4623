/**
 * A JSON value as indented lines for people: members as `name  value`, lists of plain values on one line. `undefined`
 * members are left out.
 */
export function outline(value: unknown, indent = ''): string {
  if (!isObject(value) && !Array.isArray(value)) return `${indent}${plain(value)}\n`;
  const entries = (
    Array.isArray(value)
      ? value.map((item, index) => [String(index + 1), item] as const)
      : Object.entries(value)
  ).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return `${indent}none\n`;
  const width = Math.max(
    ...entries.filter(([, item]) => isPlain(item)).map(([name]) => name.length),
    0,
  );
  return entries
    .map(([name, item]) =>
      isPlain(item)
        ? `${indent}${name.padEnd(width)}  ${plain(item)}\n`
        : `${indent}${name}\n${outline(item, `${indent}  `)}`,
    )
    .join('');
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => !isObject(item) && !Array.isArray(item));
  return !isObject(value) || Object.keys(value).length === 0;
}

function plain(value: unknown): string {
  if (value === null) return '–';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(plain).join(', ');
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 9 });
  if (isObject(value)) return 'none';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '–');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
