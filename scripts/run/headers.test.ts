import { describe, expect, it } from 'vitest';
import { requestBytes } from '../../results/theory/requests.ts';
import { type HeaderProfile, headerProfileNames, REQUEST_BYTES_MAX } from '../../servers/contract/header-profiles.ts';
import { type TransportId, type TransportOptions, transportIds } from '../../servers/contract/transports.ts';
import { fastify, runTestTrial, testCell } from './fixtures/test-trial.ts';

const SUBSCRIBERS = 2;
const phases = { warmupMs: 200, measureMs: 400, drainMs: 1_000 };
/** The port is of the system's choice, from a range of five digits. */
const AUTHORITY_BYTES = '127.0.0.1:12345'.length;

async function tallies(transport: TransportId, headers: HeaderProfile, keepAlive = true) {
  const transportOptions: Record<'polling' | 'long-polling', TransportOptions['polling' | 'long-polling']> = {
    polling: { intervalMs: 50, keepAlive },
    'long-polling': { keepAlive },
  };
  const polls = transport === 'polling' || transport === 'long-polling';
  const cell = testCell(transport, { subscribers: SUBSCRIBERS, headers });
  const { record } = await runTestTrial(
    fastify,
    polls ? { ...cell, transportOptions: transportOptions[transport] } : cell,
    phases,
  );
  const { deliveries, incidents, tallies } = record.measurement;
  // The text of every event was the planned one: nothing is compressed, whatever the requests offer.
  expect(deliveries).toMatchObject({ delivered: deliveries.expected, missing: 0, duplicated: 0, corrupted: 0 });
  expect(incidents).toEqual({});
  return tallies;
}

describe.each([...headerProfileNames, REQUEST_BYTES_MAX])(
  'requests with headers %s have the expected bytes',
  (headers) => {
    it.concurrent.each(['polling', 'long-polling'] as const)('%s', async (transport) => {
      for (const keepAlive of headers === 'browser' ? [true, false] : [true]) {
        const { measure } = await tallies(transport, headers, keepAlive);
        expect(measure.requests).toBeGreaterThan(SUBSCRIBERS);
        const withoutDigits = requestBytes(transport, headers, AUTHORITY_BYTES, 0, keepAlive);
        expect(measure.requestHeadBytes).toBe(measure.requests * withoutDigits + measure.afterDigits);
        expect(measure.sentBytes).toBe(measure.requestHeadBytes);
      }
    });

    it.concurrent.each(transportIds.filter((id) => !id.endsWith('polling')))('%s', async (transport) => {
      const { connect, measure } = await tallies(transport, headers);
      expect(connect.requests).toBe(SUBSCRIBERS);
      expect(connect.requestHeadBytes).toBe(SUBSCRIBERS * requestBytes(transport, headers, AUTHORITY_BYTES, 1, true));
      expect(connect.sentBytes).toBe(connect.requestHeadBytes);
      expect(measure.sentBytes).toBe(0);
    });
  },
);
