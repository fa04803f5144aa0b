import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import errorSchema from '../contract/error.schema.json' with { type: 'json' };
import goneSchema from '../contract/gone.schema.json' with { type: 'json' };
import optionsSchema from '../contract/options.schema.json' with { type: 'json' };
import manifestSchema from '../contract/server.schema.json' with { type: 'json' };
import { defaultServerOptions, transportIds } from '../contract/transports.ts';
import { RunningServer } from './fixtures/running-server.ts';
import { parseConfiguration } from './options.ts';
import manifest from './server.json' with { type: 'json' };

const ajv = new Ajv2020({ strict: true });

test('the manifest of this server is valid, and offers every transport', () => {
  expect(ajv.validate(manifestSchema, manifest)).toBe(true);
  expect(manifest.transports).toEqual(transportIds);
  expect(manifestSchema.properties.transports.items.enum).toEqual(transportIds);
  for (const key of manifestSchema.required) {
    expect(ajv.validate(manifestSchema, { ...manifest, [key]: undefined })).toBe(false);
  }
});

test('the schema of the options has the names and defaults of the contract, and agrees with the server', () => {
  const defaults = Object.entries(optionsSchema.properties).map(([key, value]) => [key, value.default]);
  expect(Object.fromEntries(defaults)).toEqual(defaultServerOptions);
  const values = [1, 1000, 0, -1, 1.5, '1', null, true, 2 ** 31];
  for (const key of [...Object.keys(defaultServerOptions), 'compression']) {
    for (const value of values) {
      const options = { [key]: value };
      const { ok } = parseConfiguration({ BENCH_OPTIONS: JSON.stringify(options) });
      expect({ options, ok }).toEqual({ options, ok: ajv.validate(optionsSchema, options) });
    }
  }
});

test('the bodies of 400 and 410 are valid', async () => {
  await using server = await RunningServer.start({ historyEvents: 1 });
  server.publish('1', '2');
  await server.published();
  expect(ajv.validate(errorSchema, await (await server.get('/polling?x')).json())).toBe(true);
  expect(ajv.validate(goneSchema, await (await server.get('/polling?after=0')).json())).toBe(true);
});
