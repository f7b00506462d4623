import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../../platform/environment.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { outline } from '../outline.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import { UsageError } from '../usage-error.ts';
import { dataFilesOf } from './book.ts';

export interface BrainHandlers {
  evaluate(options: {
    readonly data: readonly string[];
    readonly settings: ReturnType<typeof readSettings>;
    readonly environment: Environment;
    readonly count: number;
    readonly heldCount: number;
    readonly repeats: number;
    readonly recordFile: string | undefined;
    readonly cassetteFile: string | undefined;
  }): Promise<object>;
}

const USUAL_COUNT = 100;
const USUAL_HELD_COUNT = 25;
const USUAL_REPEATS = 3;

export function brainEvalCommand(handlers: BrainHandlers): Command {
  return {
    name: 'brain eval',
    help: 'Scores what a brain makes of situations drawn from a day',
    positionals: [],
    options: {
      data: { type: 'list', help: 'the files to draw them from' },
      symbol: { type: 'text', help: 'the instrument', otherwise: 'the file’s own' },
      count: {
        type: 'text',
        help: 'situations with nothing open',
        otherwise: String(USUAL_COUNT),
      },
      held: {
        type: 'text',
        help: 'situations with a position, and as many with an entry that works, of trades made by chance',
        otherwise: String(USUAL_HELD_COUNT),
      },
      repeats: {
        type: 'text',
        help: 'how often each question is put as it is; three guises of it are put once more each',
        otherwise: String(USUAL_REPEATS),
      },
      provider: {
        type: 'text',
        help: 'who is scored: rules, grok, openai, ollama, compatible, or replay with --cassette',
        otherwise: 'rules; grok where XAI_API_KEY or GROK_API_KEY is set',
      },
      model: { type: 'text', help: 'the provider’s model' },
      'base-url': { type: 'text', help: 'where the provider answers' },
      profile: { type: 'text', help: 'the checklist', otherwise: 'momentum' },
      seed: { type: 'text', help: 'of the draw', otherwise: '7' },
      record: { type: 'text', help: 'write every exchange with the model to this cassette' },
      cassette: { type: 'text', help: 'answer from this cassette (--provider replay)' },
      json: { type: 'flag', help: 'as one JSON object' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const settings = readSettings(given, terminal);
      const { provider } = settings.config.brain;
      if (provider === 'script') throw new UsageError('--provider: a script has no brain to score');
      const path = (name: string) => {
        const text = given.text(name);
        return text === undefined ? undefined : resolve(terminal.workingFolder, text);
      };
      const [recordFile, cassetteFile] = [path('record'), path('cassette')];
      if ((provider === 'replay') !== (cassetteFile !== undefined))
        throw new UsageError('--provider replay and --cassette FILE go together');
      if (recordFile !== undefined && (provider === 'rules' || provider === 'replay'))
        throw new UsageError(`--record: the provider ${provider} asks no model`);
      if (recordFile !== undefined && existsSync(recordFile))
        throw new UsageError('--record: it is there already; a cassette is never written over');
      const report = await handlers.evaluate({
        data: dataFilesOf(given, terminal),
        settings,
        environment: terminal.environment,
        count: given.whole('count', 1) ?? USUAL_COUNT,
        heldCount: given.whole('held', 0) ?? USUAL_HELD_COUNT,
        repeats: given.whole('repeats', 1) ?? USUAL_REPEATS,
        recordFile,
        cassetteFile,
      });
      terminal.stdout.write(
        given.flag('json') ? `${JSON.stringify(report, null, 2)}\n` : outline(compact(report)),
      );
      return EXIT.done;
    },
  };
}

/** Shares and means on one line each: `0.52 (0.41 to 0.63, 52 of 100)`. */
function compact(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  if (!('low' in fields && 'high' in fields && 'of' in fields))
    return Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, compact(each)]));
  const {
    value: middle,
    low,
    high,
    of,
    count,
    ...rest
  } = fields as Readonly<Record<string, number | null | undefined>>;
  const number = count === undefined ? `${of} of them` : `${count} of ${of}`;
  const text = middle === null ? `– (${number})` : `${middle} (${low} to ${high}, ${number})`;
  return Object.keys(rest).length === 0 ? text : { value: text, ...rest };
}
