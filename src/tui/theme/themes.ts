import { type Color, type Style, type StyleId, StyleTable } from '../canvas/styles.ts';
import { type Glyphs, glyphsOf } from './glyphs.ts';
import { TOKENS, type Token } from './tokens.ts';

export const THEME_NAMES = ['dark', 'light', 'color-blind', 'high-contrast', 'none'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

/** What a painter draws with: a style a token, the signs, and the table that lays one style over another. */
export interface Look {
  readonly style: Readonly<Record<Token, StyleId>>;
  readonly glyph: Glyphs;
  readonly table: StyleTable;
}

interface Palette {
  readonly text: Color | null;
  readonly strong: Color | null;
  readonly muted: Color;
  readonly faint: Color;
  readonly border: Color;
  readonly accent: Color;
  readonly up: Color;
  readonly down: Color;
  readonly upQuiet: Color;
  readonly downQuiet: Color;
  readonly upGround: Color;
  readonly downGround: Color;
  readonly onGround: Color;
  readonly ground: Color;
  readonly rowGround: Color;
  readonly warning: Color;
  readonly critical: Color;
  readonly level: Color;
  readonly order: Color;
  readonly profile: Color;
  readonly badge: Color;
  readonly onBadge: Color;
  readonly onCritical: Color;
}

function color(rgb: number, ansi: number): Color {
  return { rgb, ansi };
}

const DARK: Palette = {
  text: color(0xc3c9d3, 7),
  strong: color(0xf4f6fa, 15),
  muted: color(0x7d8797, 7),
  faint: color(0x525b6a, 8),
  border: color(0x343b48, 8),
  accent: color(0x7aa2f7, 12),
  up: color(0x5fc9a0, 10),
  down: color(0xf0787c, 9),
  upQuiet: color(0x3a7d66, 2),
  downQuiet: color(0x8f474c, 1),
  upGround: color(0x17392f, 8),
  downGround: color(0x432227, 8),
  onGround: color(0xe8ecf2, 15),
  ground: color(0x2a3346, 4),
  rowGround: color(0x1f2531, 0),
  warning: color(0xe5b567, 11),
  critical: color(0xc9303a, 1),
  level: color(0xb79bf0, 13),
  order: color(0x6cc7ea, 14),
  profile: color(0x56627a, 8),
  badge: color(0x3c465a, 8),
  onBadge: color(0xe8ecf2, 15),
  onCritical: color(0xffffff, 15),
};

const LIGHT: Palette = {
  text: color(0x2f3743, 0),
  strong: color(0x07090c, 0),
  muted: color(0x66707f, 8),
  faint: color(0x9aa3b0, 8),
  border: color(0xc4cad3, 7),
  accent: color(0x2a5bc8, 4),
  up: color(0x07694a, 2),
  down: color(0xb8232f, 1),
  upQuiet: color(0x7cc4a5, 2),
  downQuiet: color(0xe0959a, 1),
  upGround: color(0xc9ecdc, 7),
  downGround: color(0xf8d3d5, 7),
  onGround: color(0x10141a, 0),
  ground: color(0xcfdcf7, 14),
  rowGround: color(0xe9edf3, 15),
  warning: color(0x95620a, 3),
  critical: color(0xb3121f, 1),
  level: color(0x6b3fc0, 5),
  order: color(0x0a6d95, 6),
  profile: color(0xa3adbb, 8),
  badge: color(0xd5dbe4, 7),
  onBadge: color(0x10141a, 0),
  onCritical: color(0xffffff, 15),
};

/** The terminal's own colours that a theme is made for, as a picture of the screen needs them. */
export const PAPER: Readonly<Record<ThemeName, { foreground: string; background: string }>> = {
  dark: { foreground: '#c3c9d3', background: '#12151b' },
  light: { foreground: '#2f3743', background: '#fafbfc' },
  'color-blind': { foreground: '#c3c9d3', background: '#12151b' },
  'high-contrast': { foreground: '#ffffff', background: '#000000' },
  none: { foreground: '#c3c9d3', background: '#12151b' },
};

/** Blue and orange are told apart by all common kinds of colour blindness (Okabe and Ito, 2008). */
const COLOR_BLIND: Palette = {
  ...DARK,
  up: color(0x6fb7f2, 12),
  down: color(0xf0a04b, 11),
  upQuiet: color(0x3f6f9a, 6),
  downQuiet: color(0x93602c, 3),
  upGround: color(0x16324f, 8),
  downGround: color(0x49300f, 8),
  accent: color(0xcfd6e2, 15),
  warning: color(0xf0e442, 11),
  critical: color(0xb8481a, 3),
  level: color(0xd79ac0, 13),
  order: color(0x8fe0c8, 14),
};

/** On black, every word at least 7 to 1 (WCAG 2.2, level AAA), quiet ones and lines included. */
const HIGH_CONTRAST: Palette = {
  text: color(0xffffff, 15),
  strong: color(0xffffff, 15),
  muted: color(0xd6d6d6, 7),
  faint: color(0xb0b0b0, 7),
  border: color(0x9c9c9c, 7),
  accent: color(0xffff00, 11),
  up: color(0x4dff88, 10),
  down: color(0xff9a9a, 9),
  upQuiet: color(0x2fbf60, 2),
  downQuiet: color(0xff7070, 1),
  upGround: color(0x003d1a, 0),
  downGround: color(0x4a0008, 0),
  onGround: color(0xffffff, 15),
  ground: color(0x00307a, 4),
  rowGround: color(0x262626, 0),
  warning: color(0xffd633, 11),
  critical: color(0xa80010, 1),
  level: color(0xe0b3ff, 13),
  order: color(0x66e0ff, 14),
  profile: color(0xb0b0b0, 7),
  badge: color(0x333333, 0),
  onBadge: color(0xffffff, 15),
  onCritical: color(0xffffff, 15),
};

function stylesOf(p: Palette): Record<Token, Style> {
  const on = (fg: Color | null, more: Partial<Style> = {}): Style => ({ fg, bg: null, ...more });
  const badge = (bg: Color): Style => ({ fg: p.onBadge, bg, bold: true });
  return {
    text: on(p.text),
    strong: on(p.strong, { bold: true }),
    muted: on(p.muted),
    faint: on(p.faint),
    title: on(p.muted),
    border: on(p.border),
    borderFocus: on(p.accent),
    titleFocus: on(p.accent, { bold: true }),
    bid: on(p.up),
    ask: on(p.down),
    buy: on(p.up),
    sell: on(p.down),
    bidBar: { fg: p.onGround, bg: p.upGround },
    askBar: { fg: p.onGround, bg: p.downGround },
    soldVolume: on(p.downQuiet),
    boughtVolume: on(p.upQuiet),
    profile: on(p.profile),
    profit: on(p.up),
    loss: on(p.down),
    price: on(p.text),
    lastPrice: on(p.strong, { bold: true }),
    cursor: { fg: null, bg: p.ground, underline: true },
    selected: { fg: null, bg: p.ground },
    lastRow: { fg: null, bg: p.rowGround },
    changed: on(p.strong, { bold: true }),
    level: on(p.level),
    wall: on(p.warning, { bold: true }),
    order: on(p.order, { bold: true }),
    stop: on(p.down, { bold: true }),
    target: on(p.up, { bold: true }),
    entry: on(p.order),
    large: on(p.warning, { bold: true }),
    series: on(p.order),
    seriesPrice: on(p.muted),
    good: on(p.up),
    warning: on(p.warning),
    critical: { fg: p.onCritical, bg: p.critical, bold: true },
    key: on(p.accent, { bold: true }),
    live: { fg: p.onCritical, bg: p.critical, bold: true },
    paper: badge(p.upGround),
    simulation: badge(p.badge),
    backtest: badge(p.badge),
  };
}

/** No colours: weight, inversion and underline only. */
function monochrome(): Record<Token, Style> {
  const plain: Style = { fg: null, bg: null };
  const bold: Style = { ...plain, bold: true };
  const dim: Style = { ...plain, dim: true };
  const inverse: Style = { ...plain, inverse: true };
  const alarm: Style = { ...inverse, bold: true };
  const styles = Object.fromEntries(TOKENS.map((token) => [token, plain])) as Record<Token, Style>;
  return {
    ...styles,
    strong: bold,
    muted: dim,
    faint: dim,
    title: dim,
    border: dim,
    borderFocus: bold,
    titleFocus: bold,
    bidBar: inverse,
    askBar: inverse,
    profile: dim,
    lastPrice: bold,
    cursor: { ...plain, underline: true },
    selected: inverse,
    changed: bold,
    wall: bold,
    order: bold,
    large: bold,
    seriesPrice: dim,
    warning: bold,
    critical: alarm,
    key: bold,
    live: alarm,
    paper: inverse,
    simulation: inverse,
    backtest: inverse,
  };
}

const STYLES: Readonly<Record<ThemeName, () => Record<Token, Style>>> = {
  dark: () => stylesOf(DARK),
  light: () => stylesOf(LIGHT),
  'color-blind': () => stylesOf(COLOR_BLIND),
  'high-contrast': () => stylesOf(HIGH_CONTRAST),
  none: monochrome,
};

export function createLook(theme: ThemeName, isAscii: boolean): Look {
  const table = new StyleTable();
  const styles = STYLES[theme]();
  const entries = TOKENS.map((token) => [token, table.intern(styles[token])] as const);
  const style = Object.fromEntries(entries) as Record<Token, StyleId>;
  return { style, glyph: glyphsOf(isAscii), table };
}
