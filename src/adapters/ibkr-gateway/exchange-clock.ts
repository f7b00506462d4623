const FORMAT = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** A moment as the broker writes it in its own zone: `20261121 09:31:05 US/Eastern`. `at`: milliseconds since 1970. */
export function exchangeClockOf(at: number): string {
  const parts = new Map(FORMAT.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  const day = `${part('year')}${part('month')}${part('day')}`;
  return `${day} ${part('hour')}:${part('minute')}:${part('second')} US/Eastern`;
}

/** `20261121-14:31:05`, UTC, as a filter of executions names a moment. Milliseconds since 1970; `undefined` for anything else. */
export function parseFilterTime(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})[- ](\d{2}):(\d{2}):(\d{2})/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 1, ...rest] = match.slice(1).map(Number);
  const [date = 1, hour = 0, minute = 0, second = 0] = rest;
  return Date.UTC(year, month - 1, date, hour, minute, second);
}
