import { HistogramLogReader, listTags } from 'hdr-histogram-js';
import { expect, test } from 'vitest';
import { deliveryCells } from '../labels.ts';
import { capacitySearchDocument } from '../samples/capacity-search.ts';
import { emptyDocument, quickDocument, withText } from '../samples/variants.ts';
import { toHlog } from './hlog.ts';

/** The intervals as the library reads them. */
function intervals(log: string) {
  const reader = new HistogramLogReader(log);
  const read = [];
  for (let next = reader.nextIntervalHistogram(); next !== null; next = reader.nextIntervalHistogram()) read.push(next);
  return read;
}

test('the library reads an interval for each trial, with its cell, begin, length and latencies', async () => {
  const document = quickDocument();
  const trials = deliveryCells(document).flatMap(({ cell, trials, phases }) =>
    trials.map((trial) => ({ id: cell.id, trial, measureMs: phases.measureMs })),
  );
  const log = await toHlog(document);
  const read = intervals(log);
  expect(read).toHaveLength(trials.length);
  expect(new Set(listTags(log))).toEqual(new Set(trials.map(({ id }) => id)));
  for (const { id, trial, measureMs } of trials) {
    const startMs = Date.parse(trial.startedAt);
    const interval = read.find(
      ({ tag, startTimeStampMsec }) => tag === id && Math.abs(startTimeStampMsec - startMs) < 1,
    );
    expect(interval?.endTimeStampMsec).toBeCloseTo(startMs + measureMs, 0);
    expect(interval?.totalCount).toBe(trial.latencyUs.count);
    // With 2 digits a bucket is at most 0.8 % wide.
    const ratio = (interval?.getValueAtPercentile(50) ?? 0) / (trial.latencyUs.p50?.value ?? 0);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.01);
  }
  const begins = read.map(({ startTimeStampMsec }) => startTimeStampMsec);
  expect(begins).toEqual(begins.toSorted((a, b) => a - b));
});

test('the largest value of an interval is in milliseconds', async () => {
  const [first] = deliveryCells(quickDocument());
  const { cell, trials } = first ?? { cell: { id: '' }, trials: [] };
  const lines = (await toHlog(quickDocument())).split('\n').filter((line) => line.startsWith(`Tag=${cell.id},`));
  const shown = lines.map((line) => Number(line.split(',')[3]));
  expect(shown.toSorted()).toEqual(
    trials.map(({ latencyUs }) => Number(((latencyUs.max ?? 0) / 1000).toFixed(3))).toSorted(),
  );
});

test('probes of a search are tagged with what was tried', async () => {
  const document = capacitySearchDocument();
  const probes = document.capacitySearch?.searches.flatMap((search) => search.probes) ?? [];
  const read = intervals(await toHlog(document));
  expect(read).toHaveLength(probes.filter(({ measured }) => measured !== null).length);
  expect(read.every(({ tag }) => /\/(rate|subscribers)=\d/.test(tag))).toBe(true);
});

test('without a trial there is a head and nothing else', async () => {
  expect(intervals(await toHlog(emptyDocument()))).toEqual([]);
  expect(await toHlog(emptyDocument())).toMatch(/^#\[Histogram log format version 1\.3\]\n#\[StartTime: \d+\.\d{3} /);
});

test('a hostile id stays one tag, and a begin that is no time does no harm', async () => {
  const read = intervals(await toHlog(withText('a,b\n#[StartTime: 1]\u2028é\ud800,"%')));
  expect(read.length).toBeGreaterThan(0);
  expect(new Set(read.map(({ tag }) => decodeURIComponent(tag)))).toEqual(
    new Set(['a,b\n#[StartTime: 1]\u2028é\ufffd,"%']),
  );
});

test('a trial whose windows cannot be read has no line, and the others have theirs', async () => {
  const document = quickDocument();
  const trials = deliveryCells(document).flatMap((cell) => cell.trials);
  for (const [at, { windows }] of trials.slice(0, 2).entries()) windows.histograms = at === 0 ? '<b>' : 'eJwDAAAAAAE=';
  expect(intervals(await toHlog(document))).toHaveLength(trials.length - 2);
});
