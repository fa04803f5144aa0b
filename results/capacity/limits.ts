import { formatCount, formatShare, formatUs, significant } from '../numbers.ts';
import type { SearchState } from './capacity-search.ts';
import type {
  CapacityAnswer,
  CapacityLimit,
  CapacityProbe,
  Objective,
  ProbeMeasurement,
} from './capacity-search-section.ts';
import { tightestUs } from './objective.ts';

/** From here on one core is busy: the rest is lost in switching between processes. */
const BUSY_CORE = 0.9;
/** Above this a driver's own queueing begins to show in the latencies. */
const DRIVER_UTILIZATION_MAX = 0.7;
/** With less of all cores idle, over seconds, whoever has work to do often waits for a core. */
const IDLE_SHARE_MIN = 0.15;
/** Share of all cores that other programs may use before they count as a limit. */
export const OTHERS_SHARE_MAX = 0.1;
/** Share of the tightest latency that may pass before the server has the event. */
const PUBLISHER_SHARE_MAX = 0.2;

type Part = CapacityLimit['part'];

/** Who is to blame for a trial that could not be completed, by the words in which the run says it. */
const CULPRITS: [pattern: RegExp, part: Part][] = [
  [/^(the server ended|server \S+ |building server )/, 'server'],
  [/^(the|a) driver worker /, 'driver'],
  [/^the publisher /, 'publisher'],
  // Local ports, files or memory ran out: limits of the kernel, raised by its settings.
  [/\b(EADDRNOTAVAIL|EMFILE|ENFILE|ENOBUFS|ENOMEM)\b/, 'machine'],
];

/** A judgement on one probe: which part was at its limit, if any could be seen to be. */
type Detector = (measured: ProbeMeasurement, objective: Objective) => string | null;

const detectors: Record<Exclude<Part, 'end of the search'>, Detector> = {
  driver: ({ driverUtilization, driverCores, driverWorkers }) => {
    if (driverUtilization > DRIVER_UTILIZATION_MAX) {
      return `its busiest worker was busy for ${formatShare(driverUtilization)} of the time`;
    }
    const cores = driverCores / driverWorkers;
    return cores >= BUSY_CORE ? `each worker used ${formatShare(cores)} of a core` : null;
  },
  publisher: ({ publisher }, objective) => {
    const lateUs = publisher.latenessUs?.p99 ?? 0;
    // With a backlog it is the server that did not read.
    const late = publisher.peakBacklogEvents === 0 && lateUs > PUBLISHER_SHARE_MAX * tightestUs(objective);
    return late ? `late by ${formatUs(lateUs)} at p99` : null;
  },
  server: ({ serverCores, serverProcesses }) => {
    const cores = (serverCores ?? 0) / serverProcesses;
    const who = serverProcesses === 1 ? 'it' : 'each process';
    return cores >= BUSY_CORE ? `${who} used ${formatShare(cores)} of a core` : null;
  },
  'accept queue': ({ machine }) =>
    (machine?.acceptQueueOverflows ?? 0) > 0 ? `it overflowed ${machine?.acceptQueueOverflows} times` : null,
  'other programs': ({ machine }) =>
    machine !== null && machine.otherCores / machine.cores > OTHERS_SHARE_MAX
      ? `they used ${significant(machine.otherCores)} of ${machine.cores} cores`
      : null,
  machine: ({ machine }) =>
    machine !== null && machine.idleCores / machine.cores < IDLE_SHARE_MIN
      ? `${significant(machine.idleCores)} of its ${machine.cores} cores were idle`
      : null,
};

/**
 * What was at its limit in the probes that failed at the lowest value that did. Of several such probes, a part counts
 * that any of them shows, with the evidence of the first.
 */
export function limitsOf(probes: readonly CapacityProbe[], failed: number, objective: Objective): CapacityLimit[] {
  const failing = probes.filter(({ value, held }) => value === failed && !held);
  const all = failing.flatMap(({ measured, reasons }) =>
    measured === null ? culprits(reasons) : limitsIn(measured, objective),
  );
  return all.filter(({ part }, index) => all.findIndex((limit) => limit.part === part) === index);
}

function limitsIn(measured: ProbeMeasurement, objective: Objective): CapacityLimit[] {
  return (Object.keys(detectors) as (keyof typeof detectors)[]).flatMap((part) => {
    const evidence = detectors[part](measured, objective);
    return evidence === null ? [] : [{ part, evidence }];
  });
}

function culprits(reasons: readonly string[]): CapacityLimit[] {
  return reasons.flatMap((evidence) =>
    CULPRITS.filter(([pattern]) => pattern.test(evidence)).map(([, part]) => ({ part, evidence })),
  );
}

/**
 * Whether what limited was the server. The driver or the publisher at its limit hides the server's, however busy that was.
 * A full machine says nothing of a server that had not used up a core of its own: with more cores it might do more.
 */
function limitedByServer(limits: readonly CapacityLimit[]): boolean {
  const parts = new Set(limits.map(({ part }) => part));
  if (parts.has('driver') || parts.has('publisher')) return false;
  return parts.has('server') || parts.has('accept queue') || !(parts.has('machine') || parts.has('other programs'));
}

/** A server that breaks down leaves the driver idle, so the runs that held are looked at as well. */
function driverLimitWhileHeld(probes: readonly CapacityProbe[], value: number, objective: Objective): CapacityLimit[] {
  const confirming = probes.filter((probe) => probe.value === value && probe.held && probe.purpose === 'confirm');
  const [evidence] = confirming.flatMap(({ measured }) =>
    measured === null ? [] : (detectors.driver(measured, objective) ?? []),
  );
  return evidence === undefined ? [] : [{ part: 'driver', evidence: `${evidence} while ${formatCount(value)} held` }];
}

/** The answer of a search, with what limited it. */
export function answerOf(
  state: SearchState,
  probes: readonly CapacityProbe[],
  objective: Objective,
): { answer: CapacityAnswer; limits: CapacityLimit[] } {
  if (state.kind === 'running') {
    return { answer: { kind: 'unfinished', held: state.held, failed: state.failed }, limits: [] };
  }
  if (state.kind === 'none') {
    const { failed, heldOnce } = state;
    return { answer: { kind: 'none', failed, heldOnce }, limits: limitsOf(probes, failed, objective) };
  }
  const { value, failed } = state;
  if (failed === null) {
    const evidence = `${formatCount(value)}, the highest value it was to try, held`;
    return { answer: { kind: 'at-least', value, failed }, limits: [{ part: 'end of the search', evidence }] };
  }
  const limits = limitsOf(probes, failed, objective);
  if (!limits.some(({ part }) => part === 'driver')) limits.push(...driverLimitWhileHeld(probes, value, objective));
  return { answer: { kind: limitedByServer(limits) ? 'capacity' : 'at-least', value, failed }, limits };
}
