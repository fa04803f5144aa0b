import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseManifest } from './manifest.ts';
import schema from './server.schema.json' with { type: 'json' };

const text = readFileSync(join(import.meta.dirname, '..', 'fastify', 'server.json'), 'utf8');
const manifest = JSON.parse(text) as Record<string, unknown>;
const withHeads = (responseHeadBytes: unknown) => ({ ...manifest, responseHeadBytes });
const validate = new Ajv2020({ strict: true }).compile(schema);
const close = { events: 150, empty: 100 };

describe('the response heads of a manifest', () => {
  it('are those of the file, and may be left out or known for some transports only', () => {
    expect(parseManifest(text, 'fastify').manifest?.responseHeadBytes).toEqual(manifest['responseHeadBytes']);
    const { responseHeadBytes: _, ...without } = manifest;
    for (const good of [without, withHeads({}), withHeads({ websocket: 129 })]) {
      expect(parseManifest(JSON.stringify(good), 'fastify').problems).toEqual([]);
      expect(validate(good)).toBe(true);
    }
  });

  it.each([
    [{ websocket: 0 }, 'responseHeadBytes.websocket'],
    [{ sse: 12.5 }, 'responseHeadBytes.sse'],
    [{ polling: 185 }, 'responseHeadBytes.polling'],
    [{ polling: { keepAlive: close } }, 'responseHeadBytes.polling.close'],
    [{ 'long-polling': { keepAlive: close, close: { ...close, full: 1 } } }, 'responseHeadBytes.long-polling.close'],
    [{ http2: 9 }, 'responseHeadBytes'],
  ])('are refused by parser and schema alike: %j', (heads, path) => {
    const bad = withHeads(heads);
    const { problems } = parseManifest(JSON.stringify(bad), 'fastify');
    expect(problems.join('\n')).toContain(`server.json: ${path}: `);
    expect(validate(bad)).toBe(false);
  });
});
