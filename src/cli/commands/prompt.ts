import { isMarketTime } from '../../domain/market-time.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import { UsageError } from '../usage-error.ts';
import { dataFilesOf, TIME_FORM } from './book.ts';

/** What `prompt` shows. */
export interface ShownQuestion {
  readonly ts: string;
  readonly prompt: string;
  readonly promptSha256: string;
  readonly system: string;
  readonly user: string;
  readonly tools: string;
  readonly bytes: { readonly system: number; readonly user: number; readonly tools: number };
  readonly tokens: {
    readonly system: number;
    readonly user: number;
    readonly tools: number;
    readonly method: string;
  };
}

export interface PromptHandlers {
  prompt(options: {
    readonly data: readonly string[];
    readonly settings: ReturnType<typeof readSettings>;
    readonly time: string;
    readonly answers: 'tools' | 'language';
  }): Promise<ShownQuestion>;
}

const FORMS = ['tools', 'language'] as const;

export function promptCommand(handlers: PromptHandlers): Command {
  return {
    name: 'prompt',
    help: 'What a model would be sent at a moment, to the letter',
    positionals: [],
    options: {
      data: { type: 'list', help: 'the files to play' },
      at: { type: 'text', help: 'at this time, HH:MM[:SS[.fffffffff]] or ISO 8601' },
      symbol: { type: 'text', help: 'the instrument', otherwise: 'the file’s own' },
      profile: { type: 'text', help: 'the checklist', otherwise: 'momentum' },
      model: { type: 'text', help: 'the model that is named in the request' },
      answers: {
        type: 'text',
        help: 'tools, or the command language of models without',
        otherwise: 'tools',
        choices: FORMS,
      },
      json: { type: 'flag', help: 'as one JSON object' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const data = dataFilesOf(given, terminal);
      const time = given.parsed('at', TIME_FORM, (text) => (isMarketTime(text) ? text : undefined));
      if (time === undefined) throw new UsageError('--at TIME is missing');
      const answers =
        given.parsed('answers', FORMS.join(', '), (text) => FORMS.find((form) => form === text)) ??
        'tools';
      const settings = readSettings(given, terminal);
      const shown = await handlers.prompt({ settings, data, time, answers });
      terminal.stdout.write(
        given.flag('json') ? `${JSON.stringify(shown, null, 2)}\n` : texts(shown),
      );
      return EXIT.done;
    },
  };
}

function texts({ ts, prompt, promptSha256, bytes, tokens, ...shown }: ShownQuestion): string {
  const heading = (name: string, part: 'system' | 'user' | 'tools') =>
    `=== ${name}: ${bytes[part]} bytes, about ${tokens[part]} tokens ===`;
  return [
    heading(`system (${prompt}, ${promptSha256.slice(0, 12)}…)`, 'system'),
    shown.system.trimEnd(),
    heading(`user (snapshot of ${ts})`, 'user'),
    shown.user,
    heading('tools', 'tools'),
    shown.tools,
    `=== about ${tokens.system + tokens.user + tokens.tools} tokens in all; ${tokens.method} ===`,
    '',
  ].join('\n');
}
