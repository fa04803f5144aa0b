/** A text of exactly this many bytes, made of 1- to 4-byte characters, and recognizable by its number. */
export function textOfBytes(bytes: number, number = 0): string {
  const head = `${number}:`;
  const pattern = 'aé€😀';
  const patternBytes = 10;
  const whole = Math.max(0, Math.floor((bytes - head.length) / patternBytes));
  return head + pattern.repeat(whole) + 'x'.repeat(Math.max(0, bytes - head.length - whole * patternBytes));
}

/** Ordinary short texts, each different. */
export function plainTexts(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, index) => `event ${from + index}`);
}

/** Texts that a server alters if it does anything but pass the bytes on. */
export const trickyTexts: string[] = [
  // JSON that does not survive JSON.parse and JSON.stringify.
  '{"a": 1.0,"b":1e2}',
  '{"b":1,"a":2,"b":3}',
  '[12345678901234567890, 0.10, -0, 1E+2]',
  '{"escaped":"\\u00e9\\/\\u0041"}',
  '{"__proto__":{"x":1}}',
  '{"unfinished":',
  '"a string"',
  'null',
  '0',
  // Text beyond ASCII: two, three and four bytes, combining marks, joined emoji, right to left.
  'é ß ø',
  '€ 100',
  '😀😀',
  'e\u0301 n\u0303',
  '👩‍👩‍👧‍👦 🏳️‍🌈',
  'שלום مرحبا',
  '\u{10ffff}\ufffd',
  '\ufeffbyte order mark first',
  // Line ends of other standards; the contract knows LF alone.
  'line\u2028separator\u2029paragraph',
  'next\u0085line',
  'vertical\u000btab form\u000cfeed',
  'file\u001cgroup\u001drecord\u001eunit\u001f',
  // Blanks and nothing.
  '',
  '  ',
  ' one space first',
  'one space last ',
  '  two   inside  ',
  '\t',
  '\ttab\tinside\t',
  '\u00a0\u3000',
  // What looks like the framing around it.
  'data: not a field',
  'data:',
  'id: 99',
  'event: other',
  'retry: 1',
  ': comment',
  ':',
  '17 looks like a line of the feed',
  '0\\r\\n\\r\\n',
  'a,b,c',
  // Quotes, backslashes, markup, escapes of other languages.
  `'single' "double" \`back\``,
  'back\\slash \\n \\u0041 \\',
  '<script>alert(1)</script> &amp; %41 %00 $x {{y}}',
  '\u007f\u0001\u001b[31m',
  // Where the length of a frame, a chunk size or a buffer changes its form.
  ...[1, 125, 126, 127, 247, 248, 4087, 4088, 16_384, 65_535, 65_536].map((bytes) => textOfBytes(bytes).slice(-bytes)),
];

/** The largest event that the contract allows. */
export const largestText = textOfBytes(1024 * 1024);
