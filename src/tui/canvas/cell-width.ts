/**
 * How many columns a text takes that was made of cells: as many as it has signs. The built program's Ink measures by it;
 * what Ink is given comes out of grids (`carrier.ts`), whose every sign stands for one cell.
 */
export function cellWidth(text: string): number {
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) width++;
  }
  return width;
}
