import { expect, it } from 'vitest';
import { hexBytes, visibleText } from './visible-bytes.ts';

const shown = (bytes: string | number[]) => visibleText(Buffer.from(bytes as string)).text;
const escaped = (text: string) => `<i>${text}</i>`;

it('shows text as it is and marks what cannot be seen', () => {
  expect(shown('id: 3\r\n')).toBe(`id: 3${escaped('\\r\\n')}`);
  expect(shown('é 中 😀')).toBe('é 中 😀');
  expect(shown('a\u202eb\u0000')).toBe(`a${escaped('\\u{202e}')}b${escaped('\\u{0}')}`);
  expect(shown('a\\nb')).toBe(`a${escaped('\\\\')}nb`);
  expect(shown('')).toBe('');
});

it('escapes markup', () => {
  expect(shown('<script>"\'&')).toBe('&lt;script&gt;&quot;&#39;&amp;');
});

it('shows bytes that are no text one by one, and not more than a reader can take', () => {
  expect(shown([0x61, 0xff, 0x0a])).toBe(escaped('\\x61\\xff\\x0a'));
  expect(shown('x'.repeat(2_050))).toBe('x'.repeat(2_048) + escaped('… 2 B more'));
  expect(hexBytes(Buffer.from([0x81, 0x7e, 0, 0x80]))).toBe('81 7e 00 80');
});
