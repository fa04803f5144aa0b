import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FeedError, FeedInput, MAX_TEXT_BYTES } from './feed-input.ts';

function read(...chunks: Buffer[]): string[] {
  const got: string[] = [];
  const input = new FeedInput((seq, text) => got.push(`${seq} ${text.toString()}`));
  for (const chunk of chunks) input.write(chunk);
  input.end();
  return got;
}

const text = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((value) => !/[\r\n\0]/.test(value) && value !== ' ' && value.isWellFormed());

test('events come out as they went in, whatever the chunks', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 12 }), (texts, cuts) => {
      const lines = texts.map((value, index) => `${index + 1} ${value}`);
      const feed = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const at = [0, ...cuts.map((cut) => cut % (feed.length + 1)).sort((a, b) => a - b), feed.length];
      expect(read(...at.slice(1).map((end, index) => feed.subarray(at[index], end)))).toEqual(lines);
    }),
  );
});

test('a text of exactly 1 MiB passes, in small chunks too; one byte more does not', () => {
  const feed = Buffer.from(`1 ${'x'.repeat(MAX_TEXT_BYTES)}\n`);
  const chunks = Array.from({ length: Math.ceil(feed.length / 1000) }, (_, i) =>
    feed.subarray(i * 1000, i * 1000 + 1000),
  );
  expect(read(...chunks)[0]).toHaveLength(MAX_TEXT_BYTES + 2);
  expect(() => read(Buffer.from(`1 ${'x'.repeat(MAX_TEXT_BYTES + 1)}\n`))).toThrow(FeedError);
});

test('a line without an end is refused before it fills the memory', () => {
  const input = new FeedInput(() => {});
  const chunk = Buffer.alloc(65_536, 'x');
  expect(() => {
    for (let index = 0; index < 20; index += 1) input.write(chunk);
  }).toThrow(/longer than/);
});

test('the end within a line, bytes that are not UTF-8 and a NUL are refused', () => {
  expect(() => read(Buffer.from('1 a\n2 b'))).toThrow(/within the line of event 2/);
  expect(() => read(Buffer.from([0x31, 0x20, 0xc3, 0x0a]))).toThrow(/not UTF-8/);
  expect(() => read(Buffer.from('1 a\0b\n'))).toThrow(/NUL/);
});
