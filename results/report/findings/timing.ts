import type { CompletedCell } from '../../delivery-result.ts';
import { deliveryCells, resultLabels } from '../../labels.ts';
import { formatChosenUs, formatList, formatUs } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { scheduledTrials } from '../../theory/feed-schedule.ts';
import { coalescingWaitUs, meanOverEvents } from '../../theory/latencies.ts';
import { type Finding, few, say } from './finding.ts';

/** Waiting explains the mean within this share. */
const POLLING_TOLERANCE = 0.03;
// More names than this are a list that nobody reads.
const MOST_NAMES = 5;

interface Polled {
  result: CompletedCell;
  label: string;
  intervalUs: number;
  /** Mean wait for the end of the window of a server that coalesces; 0 of any other. */
  windowWaitUs: number;
  /** What waiting alone predicts. */
  expectedUs: number;
  meanUs: number;
}

/** From due until the server makes the events available, on the schedules that these trials had. */
function meanWindowWaitUs({ cell, phases, trials }: CompletedCell): number {
  if ((cell.serverOptions.coalesceMs ?? 0) === 0) return 0;
  return meanOverEvents(scheduledTrials(cell, phases, trials), coalescingWaitUs);
}

function polledCells(document: RunDocument): Polled[] {
  const results = deliveryCells(document);
  const labels = resultLabels(results);
  return results.flatMap((result) => {
    const options = result.cell.transportOptions;
    const { mean } = result.latencyUs;
    if (!('intervalMs' in options) || mean === null) return [];
    const intervalUs = options.intervalMs * 1000;
    const windowWaitUs = meanWindowWaitUs(result);
    const label = labels.get(result.cell.id) ?? result.cell.id;
    return [{ result, label, intervalUs, windowWaitUs, expectedUs: intervalUs / 2 + windowWaitUs, meanUs: mean }];
  });
}

const agrees = ({ meanUs, expectedUs }: Polled) => Math.abs(meanUs - expectedUs) <= POLLING_TOLERANCE * expectedUs;

function onePolling(polled: Polled): string {
  const { label, meanUs, intervalUs, windowWaitUs, expectedUs } = polled;
  const half = `half of its interval of ${formatChosenUs(intervalUs)} is ${formatChosenUs(intervalUs / 2)}`;
  const why =
    windowWaitUs === 0
      ? half
      : `${half}, and until the server’s window ends it is ${formatUs(windowWaitUs)}, ${formatUs(expectedUs)} together`;
  const delivered = `${label} delivered after ${formatUs(meanUs)} on average`;
  if (agrees(polled)) return `${delivered}, as waiting predicts: ${why}.`;
  return meanUs > expectedUs
    ? `${delivered}: ${why}, and waiting does not explain the other ${formatUs(meanUs - expectedUs)}.`
    : `${delivered}: ${why}, which is ${formatUs(expectedUs - meanUs)} more than was measured.`;
}

/**
 * Polls at a fixed rate with random phases: the wait for the next poll is uniform over [0, T], so its mean is T / 2,
 * after the wait for the end of the window where the server coalesces; what is more than that is the way there and the
 * server's time. One sentence for all cells of polling.
 */
export function pollingFindings(document: RunDocument): Finding[] {
  const polled = polledCells(document);
  const [first] = polled;
  if (first === undefined) return [];
  const cells = polled.map(({ result }) => result);
  if (polled.length === 1) return [say('polling', cells, onePolling(first))];
  const others = polled.filter((each) => !agrees(each));
  const where = others.length === 0 ? `all ${polled.length}` : `${polled.length - others.length} of ${polled.length}`;
  const wait = polled.some(({ windowWaitUs }) => windowWaitUs > 0)
    ? 'Half of the poll interval and the wait for the end of the server’s window explain'
    : 'Half of the poll interval, the mean wait for the next poll, explains';
  const text = `${wait} the mean latency of polling within 3 % in ${where} cells`;
  if (others.length === 0) return [say('polling', cells, `${text}.`)];
  const farthest = ({ meanUs, expectedUs }: Polled) => Math.abs(meanUs / expectedUs - 1);
  const named = others
    .toSorted((a, b) => farthest(b) - farthest(a))
    .map(({ label, meanUs, expectedUs }) => `${label} ${formatUs(meanUs)} instead of ${formatUs(expectedUs)}`);
  return [say('polling', cells, `${text}; the others are ${formatList(few(named, MOST_NAMES))}.`)];
}
