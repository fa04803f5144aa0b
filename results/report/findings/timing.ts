import { cellLabels, deliveryCells } from '../../labels.ts';
import { formatChosenUs, formatList, formatUs } from '../../numbers.ts';
import type { CompletedCell, RunDocument } from '../../run-document.ts';
import { type Finding, few, say } from './finding.ts';

/** From here on the two ways to measure p99 are told apart; smaller differences are the publisher's ordinary lateness. */
export const OMISSION_DIFFERENCE = 0.1;
/** Polls with random phases wait half an interval within this. */
const POLLING_TOLERANCE = 0.03;
// More names than this are a list that nobody reads.
const MOST_NAMES = 5;

interface Polled {
  result: CompletedCell;
  label: string;
  intervalUs: number;
  meanUs: number;
  /** Mean latency less half of the interval. */
  restUs: number;
}

function polledCells(document: RunDocument): Polled[] {
  const results = deliveryCells(document);
  const labels = cellLabels(results.map((result) => result.cell));
  return results.flatMap((result) => {
    const options = result.cell.transportOptions;
    const { mean } = result.latencyUs;
    if (!('intervalMs' in options) || mean === null) return [];
    const intervalUs = options.intervalMs * 1000;
    const label = labels.get(result.cell.id) ?? result.cell.id;
    return [{ result, label, intervalUs, meanUs: mean, restUs: mean - intervalUs / 2 }];
  });
}

const agrees = ({ restUs, intervalUs }: Polled) => Math.abs(restUs) <= (POLLING_TOLERANCE * intervalUs) / 2;

function onePolling(polled: Polled): string {
  const { label, meanUs, intervalUs, restUs } = polled;
  const half = `half of its interval of ${formatChosenUs(intervalUs)} is ${formatChosenUs(intervalUs / 2)}`;
  const delivered = `${label} delivered after ${formatUs(meanUs)} on average`;
  if (agrees(polled)) return `${delivered}, as waiting for the next poll predicts: ${half}.`;
  return restUs > 0
    ? `${delivered}: ${half}, and waiting for the next poll does not explain the other ${formatUs(restUs)}.`
    : `${delivered}: ${half}, which is ${formatUs(-restUs)} more than was measured.`;
}

/**
 * Polls at a fixed rate with random phases: the wait for the next poll is uniform over [0, T], so its mean is T / 2,
 * and what is more than that is the way there and the server's time. One sentence for all cells of polling.
 */
export function pollingFindings(document: RunDocument): Finding[] {
  const polled = polledCells(document);
  const [first] = polled;
  if (first === undefined) return [];
  const cells = polled.map(({ result }) => result);
  if (polled.length === 1) return [say('polling', cells, onePolling(first))];
  const others = polled.filter((each) => !agrees(each));
  const where = others.length === 0 ? `all ${polled.length}` : `${polled.length - others.length} of ${polled.length}`;
  const text = `Half of the poll interval, the mean wait for the next poll, explains the mean latency of polling within 3 % in ${where} cells`;
  if (others.length === 0) return [say('polling', cells, `${text}.`)];
  const named = others
    .toSorted((a, b) => Math.abs(b.restUs / b.intervalUs) - Math.abs(a.restUs / a.intervalUs))
    .map(
      ({ label, meanUs, intervalUs }) => `${label} ${formatUs(meanUs)} instead of ${formatChosenUs(intervalUs / 2)}`,
    );
  return [say('polling', cells, `${text}; the others are ${formatList(few(named, MOST_NAMES))}.`)];
}

/** Compares the headline with what a tool would say that starts its watch when the server gets the event. */
export function omissionFindings(document: RunDocument): Finding[] {
  const results = deliveryCells(document);
  const labels = cellLabels(results.map((result) => result.cell));
  const differing = results.flatMap((result) => {
    const due = result.latencyUs.p99?.value ?? null;
    const published = result.latencyFromPublishedUs.p99?.value ?? null;
    if (due === null || published === null || Math.abs(due - published) <= OMISSION_DIFFERENCE * due) return [];
    return [{ result, due, published, ratio: due / Math.max(published, 1) }];
  });
  if (differing.length === 0) return [];
  const named = differing
    .toSorted((a, b) => b.ratio - a.ratio)
    .map(({ result, due, published }) => {
      const label = labels.get(result.cell.id) ?? result.cell.id;
      return `${label} ${formatUs(published)} instead of ${formatUs(due)}`;
    });
  return [
    say(
      'schedule',
      differing.map(({ result }) => result),
      `Counted from when events were published and not from when they were due, p99 would leave out the time they waited to be published (coordinated omission): ${formatList(few(named, MOST_NAMES))}.`,
    ),
  ];
}
