import { html, type Markup } from '../markup.ts';

/** What is shown of one piece; an event is shorter than this. */
const SHOWN_BYTES_MAX = 2_048;

const NAMED: Record<string, string> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\\': '\\\\' };

// Letters, numbers, punctuation and symbols of any script, and the space; everything else could not be seen, or would
// change how its neighbours are seen.
const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S} ]$/u;

function escapeOf(character: string): string {
  return NAMED[character] ?? `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}

function hexOf(bytes: Buffer, separator: string, prefix: string): string {
  return Array.from(bytes, (byte) => `${prefix}${byte.toString(16).padStart(2, '0')}`).join(separator);
}

/** Bytes as hex digits: "81 7e 00 80". */
export function hexBytes(bytes: Buffer): string {
  return hexOf(bytes, ' ', '');
}

/** UTF-8 text, whatever cannot be seen as escapes in `<i>`: `\r`, `\n`, `\u{202e}`; bytes that are no UTF-8 as `\xff`. */
export function visibleText(bytes: Buffer): Markup {
  const shown = bytes.subarray(0, SHOWN_BYTES_MAX);
  const text = shown.toString('utf8');
  const left = bytes.length - shown.length;
  const rest = left === 0 ? null : html`<i>… ${left} B more</i>`;
  // Replacement characters that were not sent stand for bytes that are no text; the cut may have made one at the end.
  if (!Buffer.from(text).equals(shown) && left === 0) {
    return html`<i>${hexOf(shown, '', '\\x')}</i>`;
  }
  const runs = text.match(/[\p{L}\p{N}\p{P}\p{S} ]+|[^\p{L}\p{N}\p{P}\p{S} ]+/gu) ?? [];
  const parts = runs.flatMap((run) => {
    if (!VISIBLE.test([...run][0] ?? '')) return [html`<i>${[...run].map(escapeOf)}</i>`];
    // A backslash that was sent must not look like an escape.
    return run.split(/(\\)/).map((part) => (part === '\\' ? html`<i>${escapeOf(part)}</i>` : part));
  });
  return html`${parts}${rest}`;
}
