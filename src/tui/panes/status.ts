import type { Grid } from '../canvas/grid.ts';
import { drawPieces } from '../draw.ts';
import { completionsOf, type Keymap, keyOf, panicKeys } from '../keymap/keymap.ts';
import { argumentsOf } from '../store/command-line.ts';
import { STATUS_MS } from '../store/selectors.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

const HINTS: readonly (readonly [string, string])[] = [
  ['help', 'keys'],
  ['flatten', 'flatten'],
  ['flatten-and-halt', '+halt'],
  ['kill', 'kill'],
  ['toggle-brain', 'brain'],
  ['cancel-entries', 'cancel'],
  ['toggle-replay', 'pause'],
  ['quit', 'quit'],
  ['zoom', 'zoom'],
  ['filter', 'filter'],
  ['command', 'command'],
];

function paintInput(state: ScreenState, look: Look, keymap: Keymap, grid: Grid): void {
  const { mode, input, isQuoting } = state.ui;
  const { style } = look;
  const prompt = mode === 'filter' ? 'filter' : 'command';
  let x = grid.text(1, 0, `${prompt} `, style.key);
  x = grid.text(x, 0, input, style.strong);
  x = grid.text(x, 0, '_', style.strong) + 2;
  const given = mode === 'command' ? argumentsOf(state, keymap, input) : undefined;
  const offered =
    mode === 'command' && input !== ''
      ? completionsOf(keymap, input.trimStart().split(' ')[0] ?? '')
      : [];
  const names = offered
    .slice(0, 6)
    .map(({ command, argument }) => (argument === undefined ? command : `${command} ${argument}`));
  if (given !== undefined && given.offered.length > 0) names.splice(0, 6, ...given.offered);
  const quote = keyOf(keymap, 'quote');
  const { status } = state;
  const { acted } = state.ui;
  const isAlarm = status?.level === 'critical' && state.now - status.at < STATUS_MS;
  if (isAlarm) {
    grid.text(x, 0, `!! ${status.text}`, style.critical);
    return;
  }
  if (acted !== null) {
    const words = `${acted} acts in texts too: ${status?.text ?? ''}`;
    grid.text(x, 0, `! ${words} (${quote} ${acted} types it)`, style.wall);
    return;
  }
  const hint = isQuoting
    ? 'the next key is text'
    : names.length > 0
      ? names.join('  ')
      : `Enter done  Esc back  ${panicKeys(keymap, true)} act here too: ${quote} first types them`;
  grid.text(x, 0, hint, style.muted);
}

function paintHints(look: Look, keymap: Keymap, grid: Grid): void {
  let x = 1;
  for (const [id, word] of HINTS) {
    const key = keyOf(keymap, id);
    if (key === '' || x + key.length + 1 + word.length > grid.columns - 1) continue;
    x = grid.text(x, 0, key, look.style.key);
    x = grid.text(x + 1, 0, word, look.style.faint) + 2;
  }
}

/** The last line: what is being typed, else what was just said, else the keys that matter most. */
export function paintStatus(state: ScreenState, look: Look, keymap: Keymap, grid: Grid): void {
  const { ui, status } = state;
  if (ui.mode === 'filter' || ui.mode === 'command') {
    paintInput(state, look, keymap, grid);
    return;
  }
  const isFresh =
    status !== null && (status.level === 'critical' || state.now - status.at < STATUS_MS);
  if (status === null || !isFresh) {
    paintHints(look, keymap, grid);
    return;
  }
  const mark = { good: look.glyph.yes, warning: '!', critical: '!!' }[status.level];
  const style = { good: look.style.good, warning: look.style.wall, critical: look.style.critical }[
    status.level
  ];
  drawPieces(grid, 1, 0, grid.columns - 2, [{ text: `${mark} ${status.text}`, style, rank: 0 }]);
}
