import { stripVTControlCharacters, styleText } from 'node:util';
import { keepUnits } from '../../numbers.ts';
import { wrapText } from './table.ts';

/** Puts a text into a style, or leaves it as it is where there is no colour. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** Paints, or leaves all texts as they are. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

/** Texts of servers and scenarios may hold anything; none of it may steer the terminal. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** A text as lines of at most `width` characters, none broken between a number and its unit; further ones are indented. */
export function paragraph(text: string, width: number, indent = 0): string[] {
  return wrapText(keepUnits(harmless(text)), width, indent).map((line) => line.replaceAll('\u00a0', ' '));
}
