import { expect, test } from 'vitest';
import type { RunDocument } from '../run-document.ts';
import { pollIntervalDocument, serverDocument, sweepDocument } from '../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, quickDocument, withCells } from '../samples/variants.ts';
import { type Finding, findings } from './findings.ts';

function texts(document: RunDocument, topic: Finding['topic']): string[] {
  return findings(document)
    .filter((finding) => finding.topic === topic)
    .map((finding) => finding.text);
}

/** Gives the p50 of each transport these trials: [smallest, largest], the value in the middle. */
function withIntervals(intervals: Record<string, [number, number]>): RunDocument {
  return withCells((cell) => {
    const [low, high] = intervals[cell.cell.transport] ?? [1e6, 1e6];
    cell.latencyUs.p50 = { value: (low + high) / 2, low, high };
  });
}

test('a sound run says that everything arrived, and has no problem', () => {
  expect(texts(quickDocument(), 'completeness')).toEqual([
    'In all 5 completed cells every event arrived at every subscriber exactly once, in order and unaltered: 316,500 deliveries, none missing.',
  ]);
  expect(findings(quickDocument()).filter((finding) => finding.problem)).toEqual([]);
});

test('losses are said exactly, with the trial', () => {
  expect(texts(doubtfulDocument(), 'completeness')).toEqual([
    'In 4 of 5 completed cells every event arrived at every subscriber exactly once, in order and unaltered: 253,200 deliveries, none missing.',
    'sse: of 63,300 expected deliveries, 12 missing, 2 corrupted, 3 duplicated and 1 out of order (trial 2: 12 missing, 2 corrupted, 3 duplicated and 1 out of order). 0.0221 % did not arrive intact, and their latency is in no percentile.',
  ]);
});

test('the quick run takes at most 8 sentences, each topic in its place', () => {
  expect(findings(quickDocument()).map((finding) => finding.topic)).toEqual([
    'completeness',
    'latency',
    'polling',
    'overhead',
    'batching',
    'requests',
    'cpu',
  ]);
});

test('disjoint intervals decide, touching and overlapping ones do not', () => {
  const document = withIntervals({
    websocket: [100, 200],
    sse: [200, 300],
    'http-stream': [301, 400],
    'long-polling': [390, 500],
    polling: [600, 700],
  });
  expect(texts(document, 'latency')).toEqual([
    'Median latency (p50) from low to high, with the range of the trials: websocket 150 us (100 to 200 us) and sse 250 us (200 to 300 us), which the trials do not tell apart; then http-stream 351 us (301 to 400 us) and long-polling 445 us (390 to 500 us), which the trials do not tell apart; then polling 650 us (600 to 700 us).',
  ]);
});

test('of cells that overlap only by way of others it is said which are apart', () => {
  const document = withIntervals({
    websocket: [100, 200],
    sse: [150, 300],
    'http-stream': [250, 400],
    'long-polling': [350, 500],
    polling: [600, 700],
  });
  const [order, within] = texts(document, 'latency');
  expect(order).toContain(
    'long-polling 425 us (350 to 500 us), whose trials overlap, though not each with every other; then polling',
  );
  expect(within).toBe(
    'Among those that overlap, websocket was faster than http-stream and long-polling; sse was faster than long-polling.',
  );
});

test('when all overlap, nobody is called faster', () => {
  const document = withCells((cell) => {
    cell.latencyUs.p50 = { value: 100, low: 90, high: 110 };
  });
  expect(texts(document, 'latency')).toEqual([
    'No difference in median latency (p50) beyond the spread between trials: polling 100 us (90.0 to 110 us), long-polling 100 us (90.0 to 110 us), sse 100 us (90.0 to 110 us), http-stream 100 us (90.0 to 110 us) and websocket 100 us (90.0 to 110 us).',
  ]);
});

test('four trials decide, though the table has no interval for them; three, however far apart, do not', () => {
  const withTrials = (count: number) =>
    withCells((cell) => {
      cell.trials = cell.trials.slice(0, count);
      if (cell.latencyUs.p50 !== null) Object.assign(cell.latencyUs.p50, { low: null, high: null });
    });
  expect(texts(withTrials(4), 'latency')[0]).toMatch(
    /^Median latency \(p50\) from low to high.*: websocket 1\.11 ms \(/,
  );
  expect(texts(withTrials(3), 'latency')).toEqual([
    'Not put in an order of median latency (p50): all cells (fewer than 4 trials).',
  ]);
});

test('invalid and incomplete cells take no part in an order', () => {
  const [order, left] = texts(doubtfulDocument(), 'latency');
  expect(order).not.toMatch(/websocket|sse/);
  expect(left).toBe(
    'Not put in an order of median latency (p50): sse (did not deliver everything) and websocket (not valid).',
  );
});

test('polling is compared with half of its interval', () => {
  const withMean = (mean: number) =>
    texts(
      withCells((cell) => {
        cell.latencyUs.mean = mean;
      }),
      'polling',
    )[0];
  expect(withMean(125_000 * 1.03)).toBe(
    'polling delivered after 129 ms on average, as waiting for the next poll predicts: half of its interval of 250 ms is 125 ms.',
  );
  expect(withMean(140_000)).toBe(
    'polling delivered after 140 ms on average: half of its interval of 250 ms is 125 ms, and waiting for the next poll does not explain the other 15.0 ms.',
  );
  expect(withMean(115_000)).toBe(
    'polling delivered after 115 ms on average: half of its interval of 250 ms is 125 ms, which is 10.0 ms more than was measured.',
  );
});

test('overhead of all transports in one sentence, from low to high', () => {
  expect(texts(quickDocument(), 'overhead')).toEqual([
    'Overhead per delivery, counted to the byte: websocket 4.00 B, http-stream 7.00 B, polling 19.6 B, sse 21.3 B and long-polling 228 B.',
  ]);
});

test('batching explains the overhead of polling, and is left out where it is an accident', () => {
  expect(texts(quickDocument(), 'batching')).toEqual([
    '12.8 events share one response of polling on average, so 251 B of overhead per response, empty answers included, cost 19.6 B per delivery.',
  ]);
  const withEnvelopes = (events: number) =>
    withCells((cell) => {
      cell.batching = { eventsPerEnvelope: events, eventsPerRead: 1 };
      cell.bytes.overheadPerDelivery = 100;
    });
  expect(texts(withEnvelopes(1.09), 'batching')).toEqual([]);
  expect(texts(withEnvelopes(1.1), 'batching')).toEqual([
    'The events of one response share its overhead: polling 1.10 events and long-polling 1.10 events, on average.',
  ]);
});

test('events that gathered before a read are one sentence for all push transports', () => {
  const document = withCells((cell) => {
    cell.batching = { eventsPerEnvelope: 1, eventsPerRead: cell.cell.transport === 'sse' ? 1.09 : 2.5 };
  });
  expect(texts(document, 'batching')).toEqual([
    'Events gathered before subscribers read them: one socket read completed 2.50 with http-stream and 2.50 with websocket, on average.',
  ]);
});

test('requests and empty answers in one sentence', () => {
  const none = withCells((cell) => {
    cell.requests = { ...cell.requests, empty: 0 };
  });
  expect(texts(none, 'requests')).toEqual([
    'Requests per delivery: polling 0.0786 and long-polling 0.940, no answer empty; sse, http-stream and websocket made none while events were measured.',
  ]);
  const some = withCells((cell) => {
    if (cell.cell.transport === 'polling') {
      cell.requests = { ...cell.requests, count: 4000, empty: 1472, perDelivery: 0.5 };
    }
  });
  expect(texts(some, 'requests')[0]).toMatch(
    /^Requests per delivery: polling 0\.500 with 36\.8 % of the answers empty and long-polling 0\.940 with no answer empty;/,
  );
});

test.each([
  [100_000, 90_000, 0],
  [100_000, 89_900, 1],
  [1_220_000, 3200, 1],
])('p99 %d us from due, %d us from published: %d sentences for all cells', (due, published, sentences) => {
  const document = withCells((cell) => {
    cell.latencyUs.p99 = { value: due, low: due, high: due };
    cell.latencyFromPublishedUs.p99 = { value: published, low: published, high: published };
  });
  expect(texts(document, 'schedule')).toHaveLength(sentences);
});

test('a connection per poll is named', () => {
  const document = withCells((cell) => {
    const opened = { polling: 4507, sse: 508 } as Record<string, number>;
    cell.connections = { opened: opened[cell.cell.transport] ?? 507, peak: 100, failed: 2, reconnected: 7 };
  });
  expect(texts(document, 'connections')).toEqual([
    'Connections opened: polling 4,507, where one for each subscriber and trial would have been 500; sse 508 (500).',
  ]);
});

test('a model that does not hold is a problem', () => {
  const document = withCells((cell) => {
    for (const row of cell.theory) row.holds = false;
  });
  expect(texts(document, 'model')).toHaveLength(1);
});

test('a sweep is told by its ends and by what changes between them', () => {
  const sentences = texts(sweepDocument(), 'latency');
  expect(sentences[0]).toMatch(/^With 100 subscribers, median latency \(p50\) from low to high.*: websocket 1\.11 ms/);
  expect(sentences[1]).toMatch(
    /^With 2,000 subscribers, median latency \(p50\) from low to high.*: websocket 22\.2 ms/,
  );
  expect(sentences[2]).toBe(
    'Median latency (p50) from 100 to 2,000 subscribers: long-polling 4.34 ms to 86.8 ms, sse 1.37 ms to 27.3 ms, http-stream 1.35 ms to 27.0 ms and websocket 1.11 ms to 22.2 ms; the same throughout for polling 126 ms.',
  );
  expect(texts(sweepDocument(), 'overhead')).toEqual([
    'Overhead per delivery from 100 to 2,000 subscribers: the same throughout for polling 19.6 B, long-polling 228 B, sse 21.3 B, http-stream 7.00 B and websocket 4.00 B.',
  ]);
  expect(texts(sweepDocument(), 'cpu')).toHaveLength(1);
  expect(texts(sweepDocument(), 'polling')[0]).toMatch(/within 3 % in all 3 cells\.$/);
});

test('in a sweep, what the trials do not tell apart is no change', () => {
  const document = sweepDocument();
  for (const result of document.cells) {
    if (result.outcome !== 'completed' || !('latencyUs' in result) || result.cell.kind !== 'delivery') continue;
    const value = result.cell.subscribers === 2000 ? 105 : 100;
    result.latencyUs.p50 = { value, low: 90, high: 110 };
  }
  expect(texts(document, 'latency').at(-1)).toContain(
    'websocket 100 us to 105 us (no difference beyond the spread between trials)',
  );
});

test('a transport without a result at one end of a sweep has no course', () => {
  const document = sweepDocument();
  document.cells = document.cells.filter(
    ({ cell }) => cell.kind !== 'delivery' || cell.transport !== 'sse' || cell.subscribers !== 2000,
  );
  expect(texts(document, 'overhead')[0]).not.toContain('sse');
  expect(texts(document, 'overhead')[0]).toContain('websocket');
});

test('two servers are told one after the other', () => {
  expect(texts(serverDocument(), 'cpu')[0]).toMatch(
    /^Server CPU per delivery from server fastify to server minimal: polling 8\.40 us to 4\.20 us,/,
  );
});

test('polling at many intervals is condensed where the order does not matter', () => {
  const document = pollIntervalDocument();
  expect(texts(document, 'overhead')).toEqual([
    'Overhead per delivery, counted to the byte: polling from 0.980 B (every 5 s) to 49.0 B (every 100 ms), websocket 4.00 B and long-polling 228 B.',
  ]);
  expect(texts(document, 'batching')).toEqual([
    'The events of one response share its overhead: polling from 5.12 events (every 100 ms) to 256 events (every 5 s), on average.',
  ]);
  expect(texts(document, 'latency')[0]).toContain('then polling (every 2.5 s) 1.26 s');
});

test('no sweep takes more than 12 sentences, one run of one feed no more than 8', () => {
  for (const document of [sweepDocument(), serverDocument()]) {
    expect(findings(document).length).toBeLessThanOrEqual(12);
  }
  for (const document of [quickDocument(), pollIntervalDocument()]) {
    expect(findings(document).length).toBeLessThanOrEqual(8);
  }
});

test('nothing is said about nothing, and no superlative about anything', () => {
  expect(findings(emptyDocument())).toEqual([]);
  const documents = [quickDocument(), doubtfulDocument(), sweepDocument(), serverDocument(), pollIntervalDocument()];
  const all = documents.flatMap(findings).map((finding) => finding.text);
  expect(all.join(' ')).not.toMatch(/fastest|slowest|best|worst|lowest|winner|NaN|undefined|null|Infinity/i);
});
