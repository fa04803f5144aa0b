import { encodeHistogram } from '../recording/hdr-v2.ts';
import { type LatencyWindows, readWindows } from '../recording/packed-windows.ts';
import type { RunDocument } from '../run-document.ts';
import { mergeBuckets } from '../statistics/latency-sample.ts';

/** The latencies of one trial, or of one probe of a search, as a line of a histogram log. */
interface Interval {
  tag: string;
  startedAt: string;
  lengthMs: number;
  maxUs: number | null;
  /** Of a trial its windows. */
  latencies: string | LatencyWindows;
}

/** As a line has it; null when it cannot be read. */
async function histogramOf({ latencies }: Interval): Promise<string | null> {
  if (typeof latencies === 'string') return latencies;
  try {
    return await encodeHistogram(mergeBuckets(await readWindows(latencies)), 2);
  } catch {
    return null;
  }
}

function intervalsOf(document: RunDocument): Interval[] {
  const ofTrials = document.cells.flatMap((result) => {
    if (result.outcome !== 'completed' || !('latencyUs' in result)) return [];
    return result.trials.map(({ startedAt, latencyUs: { max }, windows }) => ({
      tag: result.cell.id,
      startedAt,
      lengthMs: result.phases.measureMs,
      maxUs: max,
      latencies: windows,
    }));
  });
  const ofProbes = (document.capacitySearch?.searches ?? []).flatMap(({ axis, cell, probes }) =>
    probes.flatMap(({ value, startedAt, measureMs, measured }) => {
      if (measured === null) return [];
      const { max, histogram } = measured.latencyUs;
      return [{ tag: `${cell.id}/${axis}=${value}`, startedAt, lengthMs: measureMs, maxUs: max, latencies: histogram }];
    }),
  );
  return [...ofTrials, ...ofProbes];
}

/** A tag ends at the first comma, and lines at a line end; these and what is not ASCII are percent-encoded. */
function tagText(tag: string): string {
  return tag.toWellFormed().replace(/[^\x21-\x7e]|[,%]/gu, (character) => encodeURIComponent(character));
}

/** Milliseconds as seconds, or microseconds as milliseconds, with the three decimals of the format. */
const thousandths = (value: number) => (value / 1000).toFixed(3);

/**
 * The latencies of every trial as a histogram log, the text format of HdrHistogram's HistogramLogWriter, version 1.3: a
 * line for each trial, tagged with the id of its cell, in the order in which they began. Values are whole microseconds;
 * Interval_Max is in milliseconds, as the format has it, and time stamps are in seconds since 1970. An interval begins with
 * the start of its trial and is as long as the measure phase. Histograms of trials are their windows in one and have 2
 * significant digits, those of probes have 3. A trial whose windows cannot be read has no line.
 */
export async function toHlog(document: RunDocument): Promise<string> {
  const known = (ms: number, otherwise: number) => (Number.isFinite(ms) ? ms : otherwise);
  const startMs = known(Date.parse(document.startedAt), 0);
  const intervals = intervalsOf(document)
    .map((interval) => ({ ...interval, beginMs: known(Date.parse(interval.startedAt), startMs) }))
    .sort((a, b) => a.beginMs - b.beginMs);
  const lines: string[] = [];
  for (const interval of intervals) {
    const histogram = await histogramOf(interval);
    // Anything else would be no line of the format.
    if (histogram === null || !/^[A-Za-z0-9+/=]+$/.test(histogram)) continue;
    const { tag, beginMs, lengthMs, maxUs } = interval;
    const times = [beginMs, lengthMs, maxUs ?? 0].map(thousandths);
    lines.push([`Tag=${tagText(tag)}`, ...times, histogram].join());
  }
  return `${[
    '#[Histogram log format version 1.3]',
    `#[StartTime: ${thousandths(startMs)} (seconds since epoch), ${new Date(startMs).toISOString()}]`,
    '# delivery latencies, from due to received, in whole microseconds; an interval for each trial, with 2 significant digits',
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ...lines,
  ].join('\n')}\n`;
}
