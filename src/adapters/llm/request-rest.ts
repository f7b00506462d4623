import type { AnswerForm } from '../../brain/model/port.ts';
import type { JsonObject } from './answer-reading.ts';
import type { ProviderAccess } from './provider-access.ts';

/**
 * The end of a request's JSON, from its first name to the last brace. It is the same in every question to a provider, and written
 * once for each.
 */
export function restWriter(
  make: (access: ProviderAccess, answers: AnswerForm) => JsonObject,
): (access: ProviderAccess, answers: AnswerForm) => string {
  const known = new WeakMap<ProviderAccess, Readonly<Record<AnswerForm, string>>>();
  return (access, answers) => {
    const written = known.get(access);
    if (written !== undefined) return written[answers];
    const textFor = (form: AnswerForm) => JSON.stringify(make(access, form)).slice(1);
    const texts = { tools: textFor('tools'), language: textFor('language') };
    known.set(access, texts);
    return texts[answers];
  };
}
