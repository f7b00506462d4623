import { expect, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { SecretFilter, withoutSecrets } from '../../src/journal/secret-filter.ts';
import { redactorOf } from '../../src/platform/redact.ts';
import { journalEntries } from '../support/journal-entries.ts';

const KEY = 'xai-4f"9\\20481632';
const redact = redactorOf({
  XAI_API_KEY: KEY,
  BROKER_PASSWORD: '48600000',
  SHORT_TOKEN: '42',
  HOME: '/home/somebody',
});

test('a secret in any text of an entry does not pass, and numbers and the rest do', () => {
  const passed: JournalEntry[] = [];
  const filter = new SecretFilter({ append: (entry) => void passed.push(entry) }, redact);
  const entries = journalEntries('r-1');
  for (const entry of entries) filter.append(entry, true);
  // the password's digits stand in every time stamp
  expect(passed).toEqual(entries);
  expect(passed[1]).toBe(entries[1]);
  const reason = `401 for key ${KEY}: denied`;
  filter.append({ sequence: 8, ts: 1, body: { type: 'halted', code: 'USER', reason } }, true);
  expect(passed.at(-1)?.body).toEqual({
    type: 'halted',
    code: 'USER',
    reason: '401 for key [redacted]: denied',
  });
});

test('texts inside lists and objects are cleaned, too; without secrets a value is itself', () => {
  const value = { list: ['a', { text: `x${KEY}${KEY}` }, null, 48600000] };
  expect(withoutSecrets(value, redact)).toEqual({
    list: ['a', { text: 'x[redacted][redacted]' }, null, 48600000],
  });
  expect(withoutSecrets(value, (text) => text)).toBe(value);
});
