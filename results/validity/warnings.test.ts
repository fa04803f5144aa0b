import { expect, it } from 'vitest';
import { transportIds } from '../../servers/contract/transports.ts';
import { deliveryCells } from '../labels.ts';
import { sweepDocument } from '../samples/sweeps.ts';
import { goldenCell, type JudgeableCell, judgeAgain } from './fixtures/judged-trials.ts';
import { warningsOf } from './warnings.ts';

const goldenCells = () => transportIds.map(goldenCell);

it('has nothing to say about a sound run', () => {
  expect(warningsOf(goldenCells().map(judgeAgain))).toEqual([]);
});

it('warns of the cell that a check is about, and not of one that is not valid by it', () => {
  const cells = goldenCells();
  const [polling, longPolling] = cells as [JudgeableCell, JudgeableCell];
  for (const trial of polling.trials) trial.driverUsage.eventLoopUtilization = 0.8;
  for (const trial of longPolling.trials) trial.driverUsage.eventLoopUtilization = 0.97;
  const warnings = warningsOf(cells.map(judgeAgain));
  expect(warnings.map(({ code, cellIds }) => [code, cellIds])).toEqual([['driver-utilization', [polling.cell.id]]]);
  expect(warnings[0]?.message).toBe(
    'The driver was the bottleneck, so latencies are upper bounds. Share of the time in which its busiest worker was busy: polling 80.0 %.',
  );
});

it('tells lost connections with the reasons of all trials', () => {
  const polling = goldenCell('polling');
  polling.connections = { ...polling.connections, reconnected: 7, failed: 2 };
  polling.trials.forEach((trial, at) => {
    trial.incidents = at < 2 ? { 'connection reset': 3 } : {};
  });
  expect(warningsOf([judgeAgain(polling)]).map(({ message }) => message)).toEqual([
    'Subscribers lost connections, or could not connect at first: polling 7 resumed, 2 connects failed (connection reset, 6 times).',
  ]);
  polling.connections = { ...polling.connections, reconnected: 0, failed: 0 };
  expect(warningsOf([judgeAgain(polling)])).toEqual([]);
});

it('tells the cells of a sweep apart, names those with most to say first, and not all', () => {
  const results = deliveryCells(sweepDocument());
  results.forEach((cell, at) => {
    cell.validity.checks = [
      {
        id: 'failed-requests',
        name: '',
        ok: false,
        severity: 'warning',
        value: at + 1,
        limit: '',
        advice: '',
      },
    ];
  });
  const [warning] = warningsOf(results);
  expect(warning?.message).toBe(
    'Requests got no answer or an unexpected one while events were measured: websocket (2,000 subscribers) 15; websocket (500 subscribers) 14; websocket (100 subscribers) 13; http-stream (2,000 subscribers) 12; http-stream (500 subscribers) 11; http-stream (100 subscribers) 10; and 9 more cells.',
  );
  expect(warning?.cellIds).toHaveLength(15);
});
