import yargs, { type Argv } from 'yargs';
import { nearestName } from '../config/nearest-name.ts';
import { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const NAME = 'fsd-tui';
const GROUP_HELP: Readonly<Record<string, string>> = {
  data: 'Look into, make and check market data files',
  config: 'Show the settings',
  journal: 'Look after the journals of runs',
  risk: 'The checks of the risk gate; counters and halts of a trading day',
};
/** How yargs says that a positional is missing. */
const MISSING_PLACE = /^Not enough non-option arguments/;
/** What yargs itself adds. */
const BUILT_IN = ['help', 'version'];

/** Runs the command that the arguments name. Resolves with the exit code; errors are told on stderr. */
export async function runProgram(
  words: readonly string[],
  terminal: Terminal,
  commands: readonly Command[],
  version: string,
): Promise<number> {
  try {
    const parsed = await parse(words, terminal, commands, version);
    if (parsed.output !== '') terminal.stdout.write(`${parsed.output}\n`);
    return parsed.chosen === undefined ? EXIT.done : await parsed.chosen(terminal);
  } catch (error) {
    const code = exitCodeOf(error);
    const text = error instanceof Error ? error.message : String(error);
    if (code === undefined) {
      terminal.stderr.write(`${error instanceof Error ? (error.stack ?? text) : text}\n`);
      return EXIT.failed;
    }
    const prefixed = text.split('\n').map((line) => `${NAME}: ${line}\n`);
    terminal.stderr.write(prefixed.join(''));
    if (error instanceof UsageError)
      terminal.stderr.write(`${NAME}: ${NAME} --help shows commands and options\n`);
    return code;
  }
}

interface Parsed {
  /** Help, version or completion: printed instead of a command. */
  readonly output: string;
  readonly chosen: ((terminal: Terminal) => Promise<number>) | undefined;
}

async function parse(
  words: readonly string[],
  terminal: Terminal,
  commands: readonly Command[],
  version: string,
): Promise<Parsed> {
  let chosen: Parsed['chosen'];
  const choose = (command: Command, values: Readonly<Record<string, unknown>>): void => {
    chosen = (outputs) => command.run(new Arguments(values), outputs);
  };
  const program = yargs([...words])
    .scriptName(NAME)
    .usage('$0 [command] [options]')
    .version(version)
    .help()
    .alias('help', 'h')
    .wrap(Math.max(60, Math.min(110, terminal.stdout.columns)))
    .parserConfiguration({
      'camel-case-expansion': false,
      'boolean-negation': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'duplicate-arguments-array': true,
    })
    .exitProcess(false)
    // answers --get-yargs-completions; the script that asks is a command of ours
    .completion('completion-script', false)
    .fail((message, error) => {
      if (error instanceof Error) throw error;
      throw new UsageError(MISSING_PLACE.test(message) ? missingPlaces(words, commands) : message);
    });

  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ');
    if (second !== undefined) groups.set(first, [...(groups.get(first) ?? []), command]);
    else if (first === '') register(program, '$0', command, commands, choose);
    else if (!commands.some(({ name }) => name.startsWith(`${first} `)))
      register(program, first, command, commands, choose);
  }
  for (const [group, members] of groups) {
    program.command(group, GROUP_HELP[group] ?? '', (inner) => {
      for (const member of members) {
        register(inner, member.name.slice(group.length + 1), member, members, choose);
      }
      const names = members.map((member) => member.name.slice(group.length + 1));
      // the group's word alone may be a command, too
      const alone = commands.find(({ name }) => name === group);
      if (alone !== undefined) {
        register(inner, '$0', alone, members, choose);
        return inner.check((values) => checkWords(values['_'].slice(1), names, `${group} `));
      }
      return inner
        .demandCommand(1, `${group}: one of ${names.join(', ')} has to follow`)
        .check((values) => checkWords(values['_'].slice(1), names, `${group} `));
    });
  }

  let output = '';
  await program.parseAsync([...words], {}, (error: unknown, _values: unknown, text: string) => {
    output = text;
    if (error instanceof Error) throw error;
  });
  return { output, chosen: output === '' ? chosen : undefined };
}

/** Which positionals a command line that names a command lacks. */
function missingPlaces(words: readonly string[], commands: readonly Command[]): string {
  const line = words.filter((word) => !word.startsWith('-')).join(' ');
  const command = commands.find(
    ({ name }) => name !== '' && (line === name || line.startsWith(`${name} `)),
  );
  const places = (command?.positionals ?? []).filter(({ isRequired }) => isRequired);
  return `${line}: ${places.map(({ name }) => name.toUpperCase()).join(' ')} is missing`;
}

function register(
  program: Argv,
  word: string,
  command: Command,
  siblings: readonly Command[],
  choose: (command: Command, values: Readonly<Record<string, unknown>>) => void,
): void {
  const places = command.positionals.map(({ name, isRequired, isList }) => {
    const place = isList === true ? `${name}..` : name;
    return isRequired ? `<${place}>` : `[${place}]`;
  });
  program.command(
    [word, ...places].join(' '),
    command.help,
    (inner) => {
      for (const { name, help } of command.positionals)
        inner.positional(name, { type: 'string', describe: help });
      for (const [name, spec] of Object.entries(command.options)) {
        inner.option(name, {
          describe:
            spec.otherwise === undefined ? spec.help : `${spec.help} [default: ${spec.otherwise}]`,
          requiresArg: spec.type !== 'flag',
          ...(spec.choices === undefined ? {} : { choices: spec.choices }),
          ...(spec.type === 'flag'
            ? { type: 'boolean' }
            : spec.type === 'list'
              ? { type: 'array', string: true }
              : { type: 'string' }),
        });
      }
      return inner.check((values) => {
        checkOptions(values, command);
        // a word that no command took; of a group, the group tells
        if (word === '$0' && command.name !== '') return true;
        return word === '$0'
          ? checkWords(
              values['_'],
              siblings.map((sibling) => sibling.name.split(' ')[0] ?? ''),
              '',
            )
          : checkExtra(values['_'].slice(command.name.split(' ').length), command);
      });
    },
    (values) => choose(command, values),
  );
}

function checkOptions(values: Readonly<Record<string, unknown>>, command: Command): void {
  const known = [...Object.keys(command.options), ...BUILT_IN];
  const places = command.positionals.map(({ name }) => name);
  const unknown = Object.keys(values).filter(
    (name) => !['_', '$0', 'h', ...known, ...places].includes(name),
  );
  if (unknown.length === 0) return;
  const lines = unknown.map((name) => {
    const dashes = name.length === 1 ? '-' : '--';
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? '' : `, did you mean --${nearest}?`;
    return `unknown option ${dashes}${name}${hint}`;
  });
  throw new UsageError(lines.join('\n'));
}

function checkWords(
  words: readonly (string | number)[],
  names: readonly string[],
  prefix: string,
): true {
  const unknown = words.map(String).find((word) => !names.includes(word));
  if (unknown === undefined) return true;
  const nearest = nearestName(unknown, names);
  throw new UsageError(
    `unknown command ${prefix}${unknown}${nearest === undefined ? '' : `, did you mean ${prefix}${nearest}?`}`,
  );
}

function checkExtra(extra: readonly (string | number)[], command: Command): true {
  if (extra.length === 0) return true;
  throw new UsageError(`${command.name}: ${extra.map(String).join(' ')} is more than it takes`);
}
