import { expect, test } from 'vitest';
import { comparisonsOf } from '../comparisons.ts';
import type { CellComparison, RunDocument } from '../run-document.ts';
import { pollIntervalDocument, serverDocument, sweepDocument } from '../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, failTheory, quickDocument, withCells } from '../samples/variants.ts';
import { type Finding, findings } from './findings.ts';

function texts(document: RunDocument, topic: Finding['topic']): string[] {
  return findings(document)
    .filter((finding) => finding.topic === topic)
    .map((finding) => finding.text);
}

type Verdict = CellComparison['verdict'];

/**
 * Gives the transports these medians, and their pairs the verdict of their order or, for pairs such as "websocket sse", the
 * one named here.
 */
function withVerdicts(p50Us: Record<string, number>, named: Record<string, Verdict>): RunDocument {
  const document = withCells((cell) => {
    const value = p50Us[cell.cell.transport] ?? 1e6;
    cell.latencyUs.p50 = { value, low: value * 0.9, high: value * 1.1 };
  });
  for (const comparison of document.comparisons.filter(({ quantity }) => quantity === 'latencyUs.p50')) {
    const [a = '', b = ''] = [comparison.a, comparison.b].map((id) => id.split('/')[1]);
    const ordered = (p50Us[a] ?? 1e6) < (p50Us[b] ?? 1e6) ? 'faster' : 'slower';
    comparison.verdict = named[`${a} ${b}`] ?? named[`${b} ${a}`] ?? ordered;
  }
  return document;
}

test('a sound run says that everything arrived, and has no problem', () => {
  expect(texts(quickDocument(), 'completeness')).toEqual([
    'In all 5 completed cells every event arrived at every subscriber exactly once, in order and unaltered: 387,000 deliveries, none missing.',
  ]);
  expect(findings(quickDocument()).filter((finding) => finding.problem)).toEqual([]);
});

test('losses are said exactly, with the trial', () => {
  expect(texts(doubtfulDocument(), 'completeness')).toEqual([
    'In 4 of 5 completed cells every event arrived at every subscriber exactly once, in order and unaltered: 309,600 deliveries, none missing.',
    'sse: of 77,400 expected deliveries, 12 missing, 2 corrupted, 3 duplicated and 1 out of order (trial 2: 12 missing, 2 corrupted, 3 duplicated and 1 out of order). 0.0181 % did not arrive intact, and their latency is in no percentile.',
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
    'cpu',
  ]);
});

const apart = { websocket: 150, sse: 250, 'http-stream': 350, 'long-polling': 445, polling: 650 };

test('the order is that of the verdicts: undecided and equal pairs stand together', () => {
  const document = withVerdicts(apart, { 'websocket sse': 'undecided', 'http-stream long-polling': 'same' });
  expect(texts(document, 'latency')).toEqual([
    'Median latency (p50) from low to high, with 95 % intervals: websocket 150 us (135 to 165 us) and sse 250 us (225 to 275 us), not told apart by these trials; then http-stream 350 us (315 to 385 us) and long-polling 445 us (401 to 490 us), the same within 5 %; then polling 650 us (585 to 715 us).',
  ]);
});

test('of cells that hang together only by way of others it is said which are apart, and which the same', () => {
  const document = withVerdicts(apart, {
    'websocket sse': 'same',
    'sse http-stream': 'same',
    'http-stream long-polling': 'undecided',
  });
  const [order, within] = texts(document, 'latency');
  expect(order).toContain('long-polling 445 us (401 to 490 us), not all of them told apart; then polling');
  // websocket and http-stream are each the same as sse, and one is still faster than the other.
  expect(within).toBe(
    'Among those not all told apart, websocket was faster than http-stream and long-polling; sse was faster than long-polling; websocket and sse were the same within 5 %; sse and http-stream were the same within 5 %.',
  );
});

test('when nothing is decided, nobody is called faster', () => {
  const pairs = Object.keys(apart).flatMap((a) => Object.keys(apart).map((b) => `${a} ${b}`));
  const all = (verdict: Verdict) => withVerdicts(apart, Object.fromEntries(pairs.map((pair) => [pair, verdict])));
  expect(texts(all('undecided'), 'latency')).toEqual([
    'No difference in median latency (p50) was shown: websocket 150 us (135 to 165 us), sse 250 us (225 to 275 us), http-stream 350 us (315 to 385 us), long-polling 445 us (401 to 490 us) and polling 650 us (585 to 715 us).',
  ]);
  expect(texts(all('same'), 'latency')[0]).toMatch(/^Median latency \(p50\) was the same within 5 %: websocket 150 us/);
});

test('too few trials are said: with five of five transports nothing can be shown, with three there is no order', () => {
  const withTrials = (count: number) => {
    const document = withCells((cell) => {
      cell.trials = cell.trials.slice(0, count);
    });
    document.comparisons = comparisonsOf(document);
    return texts(document, 'latency');
  };
  expect(withTrials(5)[0]).toMatch(
    /^No difference in .* With 5 trials no difference between 5 cells can be shown, however large; 6 are needed\.$/,
  );
  expect(withTrials(5)[1]).toBe('Among those not all told apart, http-stream and sse were the same within 5 %.');
  expect(withTrials(3)).toEqual(['Not put in an order of median latency (p50): all cells (fewer than 4 trials).']);
});

test('the order at p99 is told where it contradicts that of the medians, and nowhere else', () => {
  expect(texts(quickDocument(), 'latency')).toHaveLength(1);
  const document = quickDocument();
  const [tail] = document.comparisons.filter(
    ({ quantity, a, b }) => quantity === 'latencyUs.p99' && a.includes('http-stream') && b.includes('websocket'),
  );
  if (tail === undefined) throw new Error('the pair is not compared');
  tail.verdict = 'faster';
  expect(texts(document, 'latency')[1]).toMatch(/^Latency at p99 from low to high, with 95 % intervals: /);
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
    'polling delivered after 129 ms on average, as waiting predicts: half of its interval of 250 ms is 125 ms.',
  );
  expect(withMean(140_000)).toBe(
    'polling delivered after 140 ms on average: half of its interval of 250 ms is 125 ms, and waiting does not explain the other 15.0 ms.',
  );
  expect(withMean(115_000)).toBe(
    'polling delivered after 115 ms on average: half of its interval of 250 ms is 125 ms, which is 10.0 ms more than was measured.',
  );
});

test('polling of a server that coalesces waits for the end of its window first', () => {
  const [text] = texts(
    withCells((cell) => {
      cell.cell.serverOptions = { coalesceMs: 100 };
      // Poisson events at 50/s: (c + lambda c^2 / 2) / (1 + lambda c) = 58.3 ms for c = 100 ms.
      cell.latencyUs.mean = 125_000 + 58_300;
    }),
    'polling',
  );
  const waitMs = Number(/until the server’s window ends it is ([\d.]+) ms/.exec(text ?? '')?.[1]);
  expect(text).toMatch(/^polling delivered after 183 ms on average, as waiting predicts: half of its interval/);
  expect(waitMs).toBeGreaterThan(58.3 * 0.97);
  expect(waitMs).toBeLessThan(58.3 * 1.03);
});

test('overhead of all transports in one sentence, from low to high', () => {
  expect(texts(quickDocument(), 'overhead')).toEqual([
    'Overhead per delivery, counted to the byte: websocket 4.00 B, http-stream 7.00 B, polling 20.2 B, sse 21.3 B and long-polling 247 B.',
  ]);
});

test('batching explains the overhead of polling, and is left out where it is an accident', () => {
  expect(texts(quickDocument(), 'batching')).toEqual([
    '12.8 events share one response of polling on average, so 258 B of overhead per response cost 20.2 B per delivery.',
  ]);
  const withEnvelopes = (events: number) =>
    withCells((cell) => {
      cell.batching = { eventsPerEnvelope: events, eventsPerRead: 1, eventsPerWrite: null };
      cell.bytes.overheadPerDelivery = 100;
    });
  expect(texts(withEnvelopes(1.09), 'batching')).toEqual([]);
  expect(texts(withEnvelopes(1.1), 'batching')).toEqual([
    'The events of one response share its overhead: polling 1.10 events and long-polling 1.10 events, on average.',
  ]);
});

test('events that gathered before a read are one sentence for all push transports', () => {
  const document = withCells((cell) => {
    cell.batching = {
      eventsPerEnvelope: 1,
      eventsPerRead: cell.cell.transport === 'sse' ? 1.09 : 2.5,
      eventsPerWrite: cell.cell.transport === 'websocket' ? 2.4 : 1,
    };
  });
  expect(texts(document, 'batching')).toEqual([
    'Events gathered before subscribers read them: one socket read completed 2.50 with http-stream and 2.50 with websocket (2.40 a server write), on average.',
  ]);
});

test('requests and empty answers in one sentence', () => {
  const none = withCells((cell) => {
    cell.requests = { ...cell.requests, empty: 0 };
  });
  expect(texts(none, 'requests')).toEqual([
    'Requests per delivery: polling 0.0783 and long-polling 0.985, no answer empty; sse, http-stream and websocket made none while events were measured.',
  ]);
  const some = withCells((cell) => {
    if (cell.cell.transport === 'polling') {
      cell.requests = { ...cell.requests, count: 4000, empty: 1472, perDelivery: 0.5 };
    }
  });
  expect(texts(some, 'requests')[0]).toMatch(
    /^Requests per delivery: polling 0\.500 with 36\.8 % of the answers empty and long-polling 0\.985 with no answer empty;/,
  );
});

test('a connection per poll is named', () => {
  const document = withCells((cell) => {
    const opened = { polling: 4507, sse: 608 } as Record<string, number>;
    cell.connections = {
      opened: opened[cell.cell.transport] ?? 607,
      openAtFeed: 100,
      kernelOpen: 100,
      peak: 100,
      failed: 2,
      reconnected: 7,
    };
  });
  expect(texts(document, 'connections')).toEqual([
    'Connections opened: polling 4,507, where one for each subscriber and trial would have been 600; sse 608 (600).',
  ]);
});

test('a prediction that fails in several cells is one problem, with figures and the likeliest cause', () => {
  const document = withCells((cell) => {
    if (cell.cell.transport === 'websocket') failTheory(cell, 'mean latency', 1500, 'the driver was busy');
    if (cell.cell.transport === 'sse') failTheory(cell, 'mean latency', 2000, 'the driver was busy');
  });
  expect(texts(document, 'model')).toEqual([
    'Mean latency was not as predicted: sse 2.000 ms instead of 1.000 ms ± 100.0 us and websocket 1.500 ms instead of 1.000 ms ± 100.0 us. The likeliest cause: the driver was busy.',
  ]);
  expect(findings(document).filter(({ topic }) => topic === 'model')).toMatchObject([{ problem: true }]);
  const all = withCells((cell) => {
    for (const { quantity } of cell.theory) failTheory(cell, quantity, 2000, 'the driver was busy');
  });
  expect(texts(all, 'model')).toHaveLength(4);
  expect(texts(all, 'model')[3]).toMatch(/^Nor were these as predicted: .*fan-out/);
});

test('a transport that is cheaper by batching alone is told with the cost of a write, in every trial', () => {
  const costs = (document: RunDocument) => texts(document, 'cpu').slice(1);
  expect(costs(quickDocument())).toEqual([
    'polling took less server CPU per delivery than long-polling, sse, http-stream and websocket because its events went out together: one write of the server took more, 108 us with 12.8 events against 34.0 us with 1.02 (long-polling), 14.3 us with 1.00 (sse), 14.0 us with 1.00 (http-stream) and 11.6 us with 1.00 (websocket).',
  ]);
  const withoutWrites = withCells((cell) => {
    for (const each of [cell, ...cell.trials]) each.batching.eventsPerWrite = null;
  });
  expect(costs(withoutWrites)[0]).toContain('one read of a subscriber took more, 108 us with 12.8 events');
  // One trial in which a write of polling took less than one of the others: no longer so sure.
  const oneTrial = withCells(({ cell, trials: [first] }) => {
    if (cell.transport === 'polling' && first !== undefined) first.serverUsage.cpuUsPerDelivery = 0.5;
  });
  expect(costs(oneTrial)).toEqual([]);
});

test('a sweep is told by its ends and by what changes between them', () => {
  const sentences = texts(sweepDocument(), 'latency');
  expect(sentences[0]).toMatch(/^With 100 subscribers, median latency \(p50\) from low to high.*: websocket 856 us/);
  expect(sentences[1]).toMatch(
    /^With 2,000 subscribers, median latency \(p50\) from low to high.*: websocket 17\.1 ms/,
  );
  expect(sentences[2]).toBe(
    'Median latency (p50) from 100 to 2,000 subscribers: long-polling 2.50 ms to 49.9 ms, sse 1.06 ms to 21.2 ms, http-stream 1.04 ms to 20.9 ms and websocket 856 us to 17.1 ms; the same throughout for polling 126 ms.',
  );
  expect(texts(sweepDocument(), 'overhead')).toEqual([
    'Overhead per delivery from 100 to 2,000 subscribers: the same throughout for polling 20.2 B, long-polling 247 B, sse 21.3 B, http-stream 7.00 B and websocket 4.00 B.',
  ]);
  expect(texts(sweepDocument(), 'cpu')).toMatchObject([
    expect.stringMatching(/^Server CPU per delivery from 100 to 2,000 subscribers: /),
    expect.stringMatching(/^With 2,000 subscribers, polling took less server CPU per delivery than/),
  ]);
  expect(texts(sweepDocument(), 'polling')[0]).toMatch(/within 3 % in all 3 cells\.$/);
});

test('in a sweep, what the trials do not tell apart is no change', () => {
  const document = sweepDocument();
  for (const result of document.cells) {
    if (result.outcome !== 'completed' || !('latencyUs' in result) || result.cell.kind !== 'delivery') continue;
    const value = result.cell.subscribers === 2000 ? 105 : 100;
    result.latencyUs.p50 = { value, low: 90, high: 110 };
  }
  expect(texts(document, 'latency').at(-1)).toContain('websocket 100 us to 105 us (no difference shown)');
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
    /^Server CPU per delivery from server fastify to server minimal: polling 8\.47 us to 4\.23 us,/,
  );
});

test('polling at many intervals is condensed where the order does not matter', () => {
  const document = pollIntervalDocument();
  expect(texts(document, 'overhead')).toEqual([
    'Overhead per delivery, counted to the byte: polling from 1.01 B (every 5 s) to 50.5 B (every 100 ms), websocket 4.00 B and long-polling 247 B.',
  ]);
  expect(texts(document, 'batching')).toEqual([
    'The events of one response share its overhead: polling from 5.11 events (every 100 ms) to 255 events (every 5 s), on average.',
  ]);
  // Eight cells are 28 pairs, which six trials cannot tell apart; the values are in order all the same.
  expect(texts(document, 'latency')[0]).toMatch(
    /^No difference .*, polling \(every 2\.5 s\) 1\.26 s .* 7 are needed\.$/,
  );
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
