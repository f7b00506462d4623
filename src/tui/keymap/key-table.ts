import type { KeyContext } from './action.ts';
import { isCommand } from './actions.ts';
import { shownKey } from './key-names.ts';
import type { Keymap } from './keymap.ts';

export interface KeyRow {
  readonly action: string;
  readonly keys: readonly string[];
  readonly label: string;
  readonly command: string | null;
  readonly where: string;
}

const WHERE: Partial<Record<KeyContext, string>> = {
  always: 'everywhere',
  panes: 'screen',
  dialog: 'help, entry',
  columns: 'list of columns',
  trades: 'list of trades',
  quit: 'question before quitting',
  typing: 'filter, command line',
};

/** Every action, its keys and its command, in the table's order: what `fsd-tui keys` prints. */
export function keyTable(keymap: Keymap): readonly KeyRow[] {
  return keymap.actions.map((action) => ({
    action: action.id,
    keys: action.keys.map(shownKey),
    label: action.label,
    command: isCommand(action) ? `:${action.command}` : null,
    where: action.contexts.map((context) => WHERE[context] ?? context).join(', '),
  }));
}

/** The table as text, one action a line, in aligned columns. */
export function renderKeyTable(keymap: Keymap): string {
  const rows = keyTable(keymap).map((row) => [
    row.keys.join(' '),
    row.action,
    row.command ?? '',
    row.label,
    row.where,
  ]);
  const all = [['KEY', 'ACTION', 'COMMAND', 'DOES', 'WHERE'], ...rows];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}
