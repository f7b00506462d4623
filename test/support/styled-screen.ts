import type { Grid } from '../../src/tui/canvas/grid.ts';
import type { Color, Style, StyleId } from '../../src/tui/canvas/styles.ts';
import type { ScreenState } from '../../src/tui/store/state.ts';
import { createLook, type ThemeName } from '../../src/tui/theme/themes.ts';
import { composed } from './screen-state.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function colorText(color: Color | null): string {
  return color === null ? '-' : `#${color.rgb.toString(16).padStart(6, '0')}`;
}

function styleText({ fg, bg, bold, dim, inverse, underline }: Style): string {
  const attributes = Object.entries({ bold, dim, inverse, underline });
  const on = attributes.filter(([, isOn]) => isOn === true).map(([name]) => name);
  return [`${colorText(fg)} on ${colorText(bg)}`, ...on].join(' ');
}

/** The styles of a grid's cells as letters, by the order in which they are met. */
class StyleMap {
  readonly ids: StyleId[] = [];
  readonly lines: string[] = [];

  constructor({ columns, rows, styles }: Grid) {
    for (let y = 0; y < rows; y++) {
      let line = '';
      for (const id of styles.subarray(y * columns, (y + 1) * columns)) line += this.#letterOf(id);
      this.lines.push(line.trimEnd());
    }
  }

  #letterOf(id: StyleId): string {
    if (id === 0) return ' ';
    const known = this.ids.indexOf(id);
    if (known >= 0) return LETTERS[known] ?? '?';
    this.ids.push(id);
    return LETTERS[this.ids.length - 1] ?? '?';
  }
}

/**
 * A screen as text that tells its colours too: the characters; then the same cells once more, each as the letter of its
 * style; and what the letters are in each of the themes. A theme whose styles stand elsewhere has cells of its own.
 */
export function styledScreen(state: ScreenState, themes: readonly ThemeName[]): string {
  const painted = themes.map((theme) => {
    const look = createLook(theme, false);
    const grid = composed(state, look);
    const map = new StyleMap(grid);
    const legend = map.ids.map((id, i) => `${LETTERS[i]} ${styleText(look.table.styleOf(id))}`);
    return { theme, text: grid.toLines().join('\n'), cells: map.lines.join('\n'), legend };
  });
  const [first] = painted;
  if (first === undefined) throw new Error('no theme is given');
  const parts = [first.text, '', '--- each letter a style', first.cells];
  for (const { theme, text, cells, legend } of painted) {
    if (text !== first.text) throw new Error(`${theme} says something else than ${first.theme}`);
    if (cells !== first.cells) parts.push('', `--- in ${theme}`, cells);
    parts.push('', `--- ${theme}`, ...legend);
  }
  return `${parts.join('\n')}\n`;
}
