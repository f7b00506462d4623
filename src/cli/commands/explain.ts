import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { formatLogLine, parseLogLine } from '../log-line.ts';
import { outline } from '../outline.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import { UsageError } from '../usage-error.ts';
import { logsFolderOf } from './runs.ts';

/** What `explain` shows, as far as it treats parts of it apart. */
export interface ShownDecision {
  readonly run: string;
  readonly decision: {
    readonly id: string;
    readonly ts: string;
    readonly provider: string;
    readonly model: string | null;
    readonly conditions: object | null;
    readonly answer: object | null;
    readonly orders: readonly object[];
  };
  readonly question: { readonly system: string | null; readonly user: string } | null;
  readonly answer: string | null;
  readonly orders: readonly object[];
  readonly trade: object | null;
  readonly after: {
    readonly middle: number | null;
    readonly moves: readonly { readonly secs: number; readonly move: number | null }[];
    readonly entry: object | null;
  } | null;
  readonly note: string | null;
}

export interface ExplainHandlers {
  explain(options: {
    readonly logsFolder: string;
    readonly run: string;
    readonly decision: string;
    readonly data: readonly string[];
    readonly settings: ReturnType<typeof readSettings>;
  }): Promise<ShownDecision | { readonly problem: string }>;
}

export function explainCommand(handlers: ExplainHandlers): Command {
  return {
    name: 'explain',
    help: 'A decision: question, answer, verdict, orders, and what came after',
    positionals: [{ name: 'decision', isRequired: true, help: 'its id, as logs shows it: D12' }],
    options: {
      run: {
        type: 'text',
        help: 'the run, by its id or the beginning of it',
        otherwise: 'the last one',
      },
      data: {
        type: 'list',
        help: 'the run’s data files',
        otherwise: 'where the run had them',
      },
      prompt: { type: 'flag', help: 'the system prompt as well' },
      json: { type: 'flag', help: 'as one JSON object, everything' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const data = given.list('data').map((path) => resolve(terminal.workingFolder, path));
      const missing = data.find((path) => !existsSync(path));
      if (missing !== undefined) throw new UsageError(`--data: there is no file ${missing}`);
      const shown = await handlers.explain({
        logsFolder: logsFolderOf(given, terminal),
        run: given.text('run') ?? 'last',
        decision: given.required('decision'),
        data,
        settings: readSettings(given, terminal),
      });
      if ('problem' in shown) throw new UsageError(shown.problem);
      terminal.stdout.write(
        given.flag('json')
          ? `${JSON.stringify(shown, null, 2)}\n`
          : text(shown, given.flag('prompt')),
      );
      return EXIT.done;
    },
  };
}

function text(shown: ShownDecision, hasPrompt: boolean): string {
  const { decision, question, answer, after } = shown;
  const { conditions, answer: _call, orders: _ids, ...facts } = decision;
  const part = (name: string, content: string | null | undefined) =>
    content === null || content === undefined ? '' : `\n${name}\n${visible(content)}\n`;
  const logged = (line: object) => {
    const parsed = parseLogLine(JSON.stringify(line));
    return parsed === undefined ? [] : [formatLogLine(parsed)];
  };
  const moves = after?.moves.map(({ secs, move }) => `${secs} s: ${move ?? '–'}`).join(', ');
  return [
    `${decision.id} of the run ${shown.run}\n${logged(decision).join('')}\n`,
    part('system', hasPrompt ? question?.system : null),
    part('question', question?.user),
    part('answer', answer),
    `\ndecision\n${outline(facts, '  ')}`,
    part('conditions', conditions === null ? null : JSON.stringify(conditions)),
    part('orders', shown.orders.length === 0 ? 'none' : shown.orders.flatMap(logged).join('\n')),
    shown.trade === null ? '' : `\ntrade\n${outline(shown.trade, '  ')}`,
    after === null
      ? ''
      : `\nafter it took effect\n  middle of the touch ${after.middle ?? '–'}; moved ${moves}\n`,
    after === null || after.entry === null
      ? ''
      : `\nthe entry by the touch alone, dollars a share\n${outline(after.entry, '  ')}`,
    part('note', shown.note),
  ].join('');
}

/** What came from outside must not move the cursor. */
function visible(content: string): string {
  return content.replace(/(?!\n)\p{C}/gu, ' ').trimEnd();
}
