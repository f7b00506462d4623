const ESCAPE = 0x1b;
const LETTER_M = 0x6d;

/**
 * How many columns a text takes that was made of cells: as many as it has signs, colours apart. The built program's Ink
 * measures by it; every sign has passed `cellPoint`, so that no terminal draws one wider or joins two.
 */
export function cellWidth(text: string): number {
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === ESCAPE) {
      while (i < text.length && text.charCodeAt(i) !== LETTER_M) i++;
    } else if (unit < 0xdc00 || unit > 0xdfff) width++;
  }
  return width;
}
