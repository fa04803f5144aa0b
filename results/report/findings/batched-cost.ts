import type { DeliveryResult } from '../../delivery-result.ts';
import { type ComparableGroup, marked } from '../../labels.ts';
import { formatList, formatUs, significant } from '../../numbers.ts';
import type { CellComparison } from '../../run-document.ts';
import { type Finding, few, inGroup, say } from './finding.ts';
import { serverCpu, whyNotCompared } from './order.ts';
import { verdictsOn } from './tiers.ts';

/** Below this ratio of the events per write, batching does not explain a difference. */
const BATCHED_RATIO = 1.1;
// More names than this are a list that nobody reads.
const MOST_NAMES = 3;

/** A cell, its trials, and how many events share a system call in each of them. */
interface Costed {
  id: string;
  label: string;
  events: number;
  /** Processor time per call, of the whole cell and of each trial. */
  perCallUs: number;
  trialsUs: number[];
}

type Key = 'eventsPerWrite' | 'eventsPerRead';

function perCall({ serverUsage, batching }: Pick<DeliveryResult, 'serverUsage' | 'batching'>, key: Key): number | null {
  const events = batching[key];
  return serverUsage.cpuUsPerDelivery === null || events === null ? null : serverUsage.cpuUsPerDelivery * events;
}

function costed({ cells, labels }: ComparableGroup, key: Key): Costed[] | null {
  const known = cells
    .filter((result) => whyNotCompared(result, serverCpu) === null)
    .map((result) => {
      const trialsUs = result.trials.map((trial) => perCall(trial, key));
      const [events, perCallUs] = [result.batching[key], perCall(result, key)];
      if (events === null || perCallUs === null || !trialsUs.every((us) => us !== null)) return null;
      const label = marked(labels.get(result.cell.id) ?? result.cell.id, result);
      return { id: result.cell.id, label, events, perCallUs, trialsUs };
    });
  return known.every((cell) => cell !== null) ? known : null;
}

/**
 * Transports that took less processor time per delivery than others although each of their writes took more, in every
 * trial: what they saved is writes, since several events shared one. This is how polling or long-polling can be cheaper
 * than a push transport. Reads of the subscribers stand for writes where the system does not tell these.
 */
export function batchedCostFindings(group: ComparableGroup, comparisons: readonly CellComparison[]): Finding[] {
  const byWrites = costed(group, 'eventsPerWrite');
  const cells = byWrites ?? costed(group, 'eventsPerRead') ?? [];
  const call = byWrites === null ? 'one read of a subscriber' : 'one write of the server';
  const verdicts = verdictsOn(comparisons, serverCpu.compared);
  return cells.flatMap((cell) => {
    const outdone = cells.filter(
      (other) =>
        verdicts(cell, other) === 'faster' &&
        cell.events >= BATCHED_RATIO * other.events &&
        Math.min(...cell.trialsUs) > Math.max(...other.trialsUs),
    );
    if (outdone.length === 0) return [];
    const names = formatList(outdone.map(({ label }) => label));
    const others = few(
      outdone.map(({ label, events, perCallUs }) => `${formatUs(perCallUs)} with ${significant(events)} (${label})`),
      MOST_NAMES,
    );
    const text =
      `${cell.label} took less server CPU per delivery than ${names} because its events went out together: ${call} took ` +
      `more, ${formatUs(cell.perCallUs)} with ${significant(cell.events)} events against ${formatList(others)}.`;
    const about = group.cells.filter((result) => [cell, ...outdone].some(({ id }) => id === result.cell.id));
    return [say('cpu', about, inGroup(group.title, text))];
  });
}
