import { describe, expect, test } from 'vitest';
import type { Color } from '../../../src/tui/canvas/styles.ts';
import { createLook, type THEME_NAMES } from '../../../src/tui/theme/themes.ts';
import { TOKENS, type Token } from '../../../src/tui/theme/tokens.ts';

const GROUNDS = {
  dark: 0x12151b,
  light: 0xfafbfc,
  'color-blind': 0x12151b,
  'high-contrast': 0,
} as const;

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(rgb: number): number {
  const [r = 0, g = 0, b = 0] = [rgb >> 16, (rgb >> 8) & 255, rgb & 255].map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: number, b: number): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** What is drawn on which ground: sizes on their bars, everything on the rows of cursor, selection and last price. */
const ON: readonly (readonly [Token, readonly Token[]])[] = [
  ['bidBar', ['bid', 'changed']],
  ['askBar', ['ask', 'changed']],
  ['lastRow', TOKENS],
  ['cursor', TOKENS],
  ['selected', TOKENS],
];

function pairs(theme: (typeof THEME_NAMES)[number]): { name: string; fg: Color; bg: Color }[] {
  const look = createLook(theme, false);
  return ON.flatMap(([ground, tokens]) =>
    tokens.flatMap((token) => {
      const { fg, bg } = look.table.styleOf(look.table.over(look.style[token], look.style[ground]));
      return fg === null || bg === null ? [] : [{ name: `${token} on ${ground}`, fg, bg }];
    }),
  );
}

describe.for(['dark', 'light', 'color-blind', 'high-contrast'] as const)('%s', (theme) => {
  test('in 16 colours nothing has the colour of its ground', () => {
    const hidden = pairs(theme).filter(({ fg, bg }) => fg.ansi === bg.ansi);
    expect(hidden.map(({ name }) => name)).toEqual([]);
  });

  test('what must be read stands out from the screen and from its bar', () => {
    const look = createLook(theme, false);
    const onScreen = (
      ['text', 'strong', 'bid', 'ask', 'profit', 'loss', 'warning', 'order'] as const
    ).map(
      (token) =>
        [
          token,
          contrast(look.table.styleOf(look.style[token]).fg?.rgb ?? 0, GROUNDS[theme]),
        ] as const,
    );
    const onBars = pairs(theme)
      .filter(({ name }) => /on (?:bidBar|askBar)$/.test(name))
      .map(({ name, fg, bg }) => [name, contrast(fg.rgb, bg.rgb)] as const);
    expect([...onScreen, ...onBars].filter(([, ratio]) => ratio < 4.5)).toEqual([]);
  });

  test('LIVE looks like no other mode', () => {
    const look = createLook(theme, false);
    const others = [look.style.paper, look.style.simulation, look.style.backtest];
    expect(others).not.toContain(look.style.live);
  });
});

test('without colours every style is weight, inversion or underline alone', () => {
  const look = createLook('none', false);
  const colored = TOKENS.filter((token) => {
    const { fg, bg } = look.table.styleOf(look.style[token]);
    return fg !== null || bg !== null;
  });
  expect(colored).toEqual([]);
});

test('every sign of the ASCII set is ASCII', () => {
  const { glyph } = createLook('none', true);
  const signs = Object.values(glyph).flat().join('');
  expect(signs).toMatch(/^(?:true|[ -~])*$/);
});

test('in high contrast every word and line, quiet ones too, stands out seven to one from black', () => {
  const look = createLook('high-contrast', false);
  const weak = TOKENS.flatMap((token) => {
    const { fg, bg } = look.table.styleOf(look.style[token]);
    const ratio = fg === null ? 21 : contrast(fg.rgb, bg?.rgb ?? 0);
    return ratio < 7 ? [`${token} ${ratio.toFixed(1)}`] : [];
  });
  expect(weak).toEqual([]);
});
