import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pageScript } from './script.ts';

const { element, text, sources } = pageScript(false);
const [, packed = '', loader = ''] = /^<script data-packed="([^"]*)">([\s\S]*)<\/script>$/.exec(element.text) ?? [];

test('the script is small, and nothing in its element ends it', () => {
  expect(Buffer.byteLength(text)).toBeGreaterThan(1_000);
  expect(Buffer.byteLength(element.text)).toBeLessThan(45_000);
  expect(loader).not.toMatch(/<\/?script|<!--|\r/i);
});

test('it reads no file, asks for nothing and makes no code', () => {
  expect(text).not.toMatch(/\brequire\(|node:|\beval\(|new Function|innerHTML|\.outerHTML\s*=|document\.write/);
});

test('the loader carries the script, and both are allowed by their hashes', () => {
  expect(inflateRawSync(Buffer.from(packed, 'base64')).toString()).toBe(text);
  const hash = (code: string) => createHash('sha256').update(code, 'utf8').digest('base64');
  expect(sources).toBe(`'sha256-${hash(loader)}' 'sha256-${hash(text)}'`);
});
