/*
 * Widths of chart text, which Node cannot measure: estimates on the safe side for 13 px of a system font in bold, so that what
 * is laid out with them does not overlap in another font.
 */

const CHARACTER_PX = 7.2;
const BROAD_PX = 10.5;
const IDEOGRAPH_PX = 14;

function characterPx(character: string): number {
  if (character >= '\u1100') return character === '…' ? BROAD_PX : IDEOGRAPH_PX;
  return /[A-Zmw@%&<>+=]/.test(character) ? BROAD_PX : CHARACTER_PX;
}

/** About how wide this text is in a chart, in px of the drawing. */
export function textWidthPx(text: string): number {
  return [...text].reduce((sum, character) => sum + characterPx(character), 0);
}

const ELLIPSIS = '…';

/** The text, cut to this width with an ellipsis when it is longer. */
export function shortened(text: string, mostPx: number): string {
  if (textWidthPx(text) <= mostPx) return text;
  let width = textWidthPx(ELLIPSIS);
  const kept: string[] = [];
  for (const character of text) {
    width += characterPx(character);
    if (width > mostPx) break;
    kept.push(character);
  }
  return `${kept.join('').trimEnd()}${ELLIPSIS}`;
}

/** The text in lines of at most this width, broken between words; what needs more lines is cut with an ellipsis. */
export function wrapped(text: string, mostPx: number, mostLines: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && textWidthPx(joined) <= mostPx) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  const kept = lines.slice(0, mostLines - 1);
  const rest = lines.slice(mostLines - 1).join(' ');
  return [...kept, rest].filter((line) => line !== '').map((line) => shortened(line, mostPx));
}
