/** How the estimate is made, for whoever reads it. */
export const TOKEN_METHOD =
  'estimated without a tokenizer: a word counts 1 token and 1 more for every 8 letters beyond the first 8, up to 3 digits 1, other signs 1 for every 2 in a row';

/** What no token spans: words with the blank before them, up to three digits, signs in a row, line ends and blanks. */
const PIECE = / ?\p{L}+|\p{N}{1,3}|[^\s\p{L}\p{N}]+|\s+/gu;
const LETTERS = 8;

/** About how many tokens a text is to the large models of today. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(PIECE)) {
    if (/^ ?\p{L}/u.test(piece)) tokens += Math.ceil(piece.trimStart().length / LETTERS);
    else if (/^[\p{N}\s]/u.test(piece)) tokens += 1;
    else tokens += Math.ceil(piece.length / 2);
  }
  return tokens;
}
