import { formatPrice } from '../../domain/price.ts';
import type { EngineSettings } from '../../domain/settings.ts';
import type { AnswerForm } from '../model/port.ts';
import { numberText } from './context-text.ts';

/** What a prompt file's places are filled from. */
export interface PromptFigures {
  readonly settings: EngineSettings;
  readonly tickNanos: number;
  readonly answers: AnswerForm;
}

const BLOCK = /^\{\{#(tools|language)\}\}\n([\s\S]*?)^\{\{\/\1\}\}\n/gm;
const PLACE = /\{\{(\$?)([^{}]*)\}\}/g;

/**
 * Fills a prompt file in, so that it teaches the figures that the gates judge by. `{{risk.dailyTrades}}` is a setting, with `$`
 * before its name one in dollars; `{{tick}}` is the instrument's tick, `{{spread}}` the widest spread of an entry. Lines between `{{#tools}}` and `{{/tools}}`, or `language`,
 * stay where the answer has that form.
 *
 * @throws {RangeError} If a place names no setting, or a block has no end.
 */
export function renderPrompt(template: string, figures: PromptFigures): string {
  const chosen = template.replace(BLOCK, (_block, form: string, lines: string) =>
    form === figures.answers ? lines : '',
  );
  const filled = chosen.replace(PLACE, (place, dollar: string, path: string) => {
    if (path === 'tick') return formatPrice(figures.tickNanos);
    if (path === 'spread') return spreadText(figures.settings);
    const text = settingText(figures.settings, path, dollar === '$');
    if (text === undefined) throw new RangeError(`the prompt's ${place} is no setting`);
    return text;
  });
  // a block that is left out leaves one empty line, not two
  return filled.replace(/\n{3,}/g, '\n\n');
}

function settingText(
  settings: EngineSettings,
  path: string,
  isDollars: boolean,
): string | undefined {
  let value: unknown = settings;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  if (typeof value === 'number') return numberText(value, isDollars ? 2 : 0);
  return typeof value === 'string' ? value : undefined;
}

/** The widest spread of an entry, by the risk gate's rule: the profile's limit counts where it is tighter. */
function spreadText({ risk, profile }: EngineSettings): string {
  const most = profile.maxSpread ?? Number.POSITIVE_INFINITY;
  const after = numberText(Math.min(risk.maxSpread, most), 2);
  const before = numberText(Math.min(risk.maxSpreadOpenDrive, most), 2);
  return before === after ? after : `${after} (${before} until 10:00)`;
}
