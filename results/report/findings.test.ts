import { expect, test } from 'vitest';
import type { RunDocument } from '../run-document.ts';
import { doubtfulDocument, emptyDocument, quickDocument, sweepDocument, withCells } from '../samples/variants.ts';
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
    'In all 5 completed cells every event arrived at every subscriber exactly once, in order and unaltered: 316,500 of 316,500 deliveries.',
  ]);
  expect(findings(quickDocument()).filter((finding) => finding.problem)).toEqual([]);
});

test('losses are said exactly, with the trial', () => {
  expect(texts(doubtfulDocument(), 'completeness')[1]).toBe(
    'sse: of 63,300 expected deliveries, 12 missing, 2 corrupted, 3 duplicated and 1 out of order (trial 2: 12 missing, 2 corrupted, 3 duplicated and 1 out of order). 0.0221 % did not arrive intact, and their latency is in no percentile.',
  );
  expect(texts(doubtfulDocument(), 'completeness')[0]).not.toContain('all 5');
});

test('disjoint intervals decide, touching and overlapping ones do not', () => {
  const document = withIntervals({
    websocket: [100, 200],
    sse: [200, 300],
    'http-stream': [301, 400],
    'long-polling': [390, 500],
    polling: [600, 700],
  });
  const sentences = texts(document, 'latency');
  expect(sentences).toEqual([
    'websocket (p50 150 us, trials 100 us to 200 us) and sse (p50 250 us, trials 200 us to 300 us) were each faster than http-stream (351 us), long-polling (445 us) and polling (650 us).',
    'http-stream (p50 351 us, trials 301 us to 400 us) and long-polling (p50 445 us, trials 390 us to 500 us) were each faster than polling (650 us).',
    'No difference in p50 latency beyond the spread between trials: websocket and sse.',
    'No difference in p50 latency beyond the spread between trials: http-stream and long-polling.',
  ]);
});

test('when all overlap, nobody is called faster', () => {
  const document = withCells((cell) => {
    cell.latencyUs.p50 = { value: 100, low: 90, high: 110 };
  });
  expect(texts(document, 'latency')).toEqual([
    'No difference in p50 latency beyond the spread between trials: polling, long-polling, sse, http-stream and websocket.',
  ]);
});

test('three trials, however far apart, decide nothing', () => {
  const document = withCells((cell) => {
    cell.trials = cell.trials.slice(0, 3);
  });
  const sentences = texts(document, 'latency');
  expect(sentences.join(' ')).not.toContain('faster');
  expect(sentences).toEqual([
    'Not put in an order of p50 latency: polling, long-polling, sse, http-stream and websocket (has fewer than 4 trials).',
  ]);
});

test('invalid and incomplete cells take no part in an order', () => {
  const sentences = texts(doubtfulDocument(), 'latency');
  expect(sentences.filter((text) => text.includes('faster')).join(' ')).not.toMatch(/websocket|sse/);
  expect(sentences).toContain(
    'Not put in an order of p50 latency: sse (did not deliver everything) and websocket (is not valid).',
  );
});

test('polling is compared with half of its interval', () => {
  expect(texts(quickDocument(), 'polling')).toEqual([
    'polling delivered after 126 ms on average, as its interval predicts: half of 250 ms is 125 ms.',
  ]);
  const late = withCells((cell) => {
    cell.latencyUs.mean = 140_000;
  });
  expect(texts(late, 'polling')[0]).toContain('15.0 ms more than the half interval of 125 ms');
});

test('overhead extremes and their ratio; none when all are equal', () => {
  expect(texts(quickDocument(), 'overhead')[0]).toMatch(
    /^Overhead per delivery was from 4\.00 B \(websocket\) to 228 B \(long-polling\), 57\.\d times/,
  );
  const equal = withCells((cell) => {
    cell.bytes.overheadPerDelivery = 4;
  });
  expect(texts(equal, 'overhead')).toEqual([]);
});

test('batching is named only where it is not one event each', () => {
  expect(texts(quickDocument(), 'batching').map((text) => text.split(' ')[0])).toEqual(['polling', 'long-polling']);
});

test('empty answers as a share of the requests', () => {
  const document = withCells((cell) => {
    cell.requests = { ...cell.requests, count: 4000, empty: 1472, perDelivery: 0.5 };
  });
  expect(texts(document, 'requests')[0]).toBe(
    'polling needed 0.500 requests per delivery; 36.8 % of the answers were empty.',
  );
});

test.each([
  [100_000, 95_000, 0],
  [100_000, 94_900, 5],
  [1_220_000, 3200, 5],
])('p99 %d us from due, %d us from published: %d cells named', (due, published, named) => {
  const document = withCells((cell) => {
    cell.latencyUs.p99 = { value: due, low: due, high: due };
    cell.latencyFromPublishedUs.p99 = { value: published, low: published, high: published };
  });
  expect(texts(document, 'schedule').filter((text) => text.includes('from when they were published'))).toHaveLength(
    named,
  );
});

test('a late publisher is a problem', () => {
  const document = withCells((cell) => {
    cell.publisher = {
      ...cell.publisher,
      published: 600,
      peakBacklogEvents: 33,
      latenessUs: { p50: 900, p99: 2100, max: 9000 },
    };
  });
  const problems = findings(document)
    .filter((finding) => finding.problem)
    .map((finding) => finding.text);
  expect(problems[0]).toBe(
    'The publisher did not keep its schedule: in the cell where it was latest, p99 of its lateness was 2.10 ms; the latest event of all was published 9.00 ms after it was due. Up to 33 events waited because a server did not read them.',
  );
  expect(problems[1]).toBe('polling: of 633 events the publisher could hand over 600.');
});

test('reconnects, failed requests, left-out polls and a connection per poll are named', () => {
  const document = withCells((cell) => {
    cell.connections = { opened: 4507, peak: 100, failed: 2, reconnected: 7 };
    cell.requests = { ...cell.requests, failed: 3, skippedPolls: 9 };
  });
  const all = findings(document).map((finding) => finding.text);
  expect(all).toContain(
    'polling opened 4,507 connections in 5 trials, where 500 would have been one for each subscriber.',
  );
  expect(all).toContain('polling: 2 connection attempts failed.');
  expect(all).toContain('polling: 7 connections lost and opened again.');
  expect(all).toContain('polling: 3 requests got no answer or an unexpected one.');
  expect(all.some((text) => text.startsWith('polling left out 9 polls'))).toBe(true);
});

test('a model that does not hold is a problem', () => {
  const document = withCells((cell) => {
    for (const row of cell.theory) row.holds = false;
  });
  expect(texts(document, 'model')).toHaveLength(1);
});

test('cells of different feeds are never compared with each other', () => {
  const sentences = texts(sweepDocument(), 'latency');
  expect(sentences.length).toBeGreaterThan(0);
  for (const text of sentences) expect(text).toMatch(/^With (100|1,000) subscribers: /);
});

test('nothing is said about nothing, and no superlative about anything', () => {
  expect(findings(emptyDocument())).toEqual([]);
  const all = [quickDocument(), doubtfulDocument(), sweepDocument()].flatMap(findings).map((finding) => finding.text);
  expect(all.join(' ')).not.toMatch(/fastest|slowest|best|worst|lowest|winner|NaN|undefined|null|Infinity/i);
});
