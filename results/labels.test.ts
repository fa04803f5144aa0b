import { expect, it } from 'vitest';
import type { DeliveryCell } from '../scenarios/cell.ts';
import type { HeaderProfile } from '../servers/contract/header-profiles.ts';
import { cellLabels, parameterText, varyingParameters } from './labels.ts';

const cellWith = (headers: HeaderProfile): DeliveryCell => ({
  kind: 'delivery',
  id: String(headers),
  server: 'fastify',
  transport: 'sse',
  subscribers: 100,
  eventsPerSec: 20,
  payloadBytes: 128,
  schedule: { kind: 'poisson' },
  transportOptions: {},
  headers,
  serverOptions: {},
});

it('names headers where they are swept, and only there', () => {
  const cells = [cellWith('bare'), cellWith('browser'), cellWith(2000)];
  const parameters = varyingParameters(cells);
  expect(parameters.map(({ name }) => name)).toEqual(['headers']);
  expect(cells.map((cell) => parameterText(parameters[0] as (typeof parameters)[number], cell))).toEqual([
    'bare',
    'browser',
    '2,000',
  ]);
  expect([...cellLabels(cells).values()]).toEqual([
    'sse (bare headers)',
    'sse (browser headers)',
    'sse (requests of 2,000 B)',
  ]);
  expect([...cellLabels([cellWith('browser')]).values()]).toEqual(['sse']);
});

it('names the default of a server option where it is swept: a cell that leaves it out has it', () => {
  const cells = [{}, { coalesceMs: 20 }].map((serverOptions, index) => ({
    ...cellWith('bare'),
    id: String(index),
    serverOptions,
  }));
  const parameters = varyingParameters(cells);
  expect(parameters.map(({ name }) => name)).toEqual(['coalesceMs']);
  expect(cells.map((cell) => parameters[0]?.read(cell))).toEqual(['0', '20']);
  expect([...cellLabels(cells).values()]).toEqual(['sse (not coalesced)', 'sse (coalesced for 20 ms)']);
});
