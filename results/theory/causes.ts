import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { TransportOptions } from '../../servers/contract/transports.ts';
import type { TrialResult } from '../delivery-result.ts';
import type { ScheduledTrial } from './feed-schedule.ts';

/**
 * Likely causes of a row that does not hold, in plain words, the likeliest first. What the trials themselves show comes
 * before what is merely possible.
 */
type Causes = string[];

const NAGLE_AND_DELAYED_ACK_US = 20_000;
const BUSY = 0.7;
const CONTENDED_CORES = 0.1;

/** A cause, when the trials show it. */
function shown(condition: boolean, cause: string): Causes {
  return condition ? [cause] : [];
}

function any(trials: readonly ScheduledTrial[], is: (trial: TrialResult) => boolean): boolean {
  return trials.some(({ trial }) => is(trial));
}

/** What makes every quantity unlike what it should be. */
function brokenTrials(trials: readonly ScheduledTrial[]): Causes {
  return [
    ...shown(
      any(trials, ({ deliveries: { missing, corrupted, duplicated } }) => missing + corrupted + duplicated > 0),
      'events were lost, altered or delivered twice',
    ),
    ...shown(
      any(trials, ({ connections }) => connections.reconnected > 0),
      'subscribers lost their connections and opened new ones, with new handshakes',
    ),
    ...shown(
      any(trials, ({ tallies }) => Object.values(tallies).some(({ failedRequests }) => failedRequests > 0)),
      'requests got no answer, or an unexpected one',
    ),
  ];
}

/** Processes that had to wait, for each other or for others. */
function waiting(trials: readonly ScheduledTrial[]): Causes {
  return [
    ...shown(
      any(trials, ({ driverUsage }) => driverUsage.eventLoopUtilization > BUSY),
      'the driver was busy for most of the time: what was measured is its own queue',
    ),
    ...shown(
      any(trials, ({ machine }) => machine !== null && machine.otherCores + machine.stolenCores > CONTENDED_CORES),
      'other programs or the hypervisor used the cores',
    ),
    ...shown(
      any(trials, ({ publisher }) => (publisher.latenessUs?.p99 ?? 0) > 1_000),
      'the publisher was late',
    ),
  ];
}

function isAsked(cell: DeliveryCell): boolean {
  return cell.transport === 'polling' || cell.transport === 'long-polling';
}

/** Of bytes on the connections. */
export function bytesCauses(cell: DeliveryCell, trials: readonly ScheduledTrial[], residual: number): Causes {
  const more = residual > 0;
  if (isAsked(cell)) {
    return [
      ...brokenTrials(trials),
      more
        ? 'a header field more, or a longer one, in the requests or answers than declared (responseHeadBytes of server.json)'
        : 'a header field less, or a shorter one, in the requests or answers than declared (responseHeadBytes of server.json)',
      'a body that is not one line for each event',
    ];
  }
  return [
    ...brokenTrials(trials),
    ...(more
      ? ['more framing than one chunk or frame for each event', 'a further field or comment for each event']
      : ['several events in one chunk or frame (merged frames)', 'a field or space of the framing left out']),
    'another header field in the request or in the answer that opens the stream',
  ];
}

/** Of packets and IP bytes. */
export function packetCauses(cell: DeliveryCell, trials: readonly ScheduledTrial[], residual: number): Causes {
  const host = any(trials, ({ network }) => network?.scope === 'host');
  return [
    ...brokenTrials(trials),
    ...(residual > 0
      ? [
          ...shown(host, 'other programs used the loopback'),
          'an event or answer is written in several parts, each a packet with an ACK of its own',
          'bare ACKs, since what would carry them came later than 40 ms (delayed ACK)',
          'packets were sent again (TCP retransmissions)',
        ]
      : [
          ...waiting(trials),
          'several writes in one packet: Nagle’s algorithm or a corked socket',
          ...shown(
            !isAsked(cell),
            'several writes in one packet, or one ACK for several, as the driver was late to read',
          ),
        ]),
    'a kernel with other rules for ACKs, or without TCP time stamps',
  ];
}

/** Period of the feed / poll interval is a ratio of small whole numbers: each subscriber sees few phases again and again. */
function isPhaseLocked(cell: DeliveryCell): boolean {
  const { schedule, eventsPerSec, transportOptions } = cell;
  if (schedule.kind === 'poisson') return false;
  const periodUs = ((schedule.kind === 'burst' ? schedule.eventsPerBurst : 1) * 1e6) / eventsPerSec;
  const ratio = periodUs / ((transportOptions as TransportOptions['polling']).intervalMs * 1000);
  const nearWhole = (value: number) => Math.abs(value - Math.round(value)) < 1e-6;
  return [1, 2, 3, 4, 5, 6, 8, 10].some((factor) => nearWhole(ratio * factor));
}

const PHASE_LOCK = 'phase lock: events and polls keep step, so each subscriber waits the same time again and again';

/** Of how often polling asks and how often for nothing. */
export function pollCountCauses(cell: DeliveryCell, trials: readonly ScheduledTrial[], residual: number): Causes {
  return [
    ...brokenTrials(trials),
    ...shown(
      any(trials, ({ requests }) => requests.skippedPolls > 0),
      'polls were left out, as the one before was unanswered',
    ),
    ...shown(isPhaseLocked(cell), PHASE_LOCK),
    ...waiting(trials),
    residual > 0 ? 'polls come in shorter intervals than planned' : 'polls come in longer intervals than planned',
  ];
}

/** Of the latency of polling. */
export function pollLatencyCauses(cell: DeliveryCell, trials: readonly ScheduledTrial[], residual: number): Causes {
  return [
    ...brokenTrials(trials),
    ...shown(isPhaseLocked(cell), PHASE_LOCK),
    ...shown(
      any(trials, ({ requests }) => requests.skippedPolls > 0),
      'polls were left out, as the one before was unanswered',
    ),
    ...waiting(trials),
    ...shown(
      residual > NAGLE_AND_DELAYED_ACK_US,
      'Nagle’s algorithm and delayed ACK: an answer in two writes waits about 40 ms',
    ),
    ...shown(residual > 0, 'a proxy or cache that answers with what it had before'),
    'too few subscribers or events: their phases do not spread over the interval',
  ];
}

/** Of an event that meets a quiet server. */
export function quietLatencyCauses(cell: DeliveryCell, trials: readonly ScheduledTrial[]): Causes {
  return [
    ...brokenTrials(trials),
    ...waiting(trials),
    ...shown(isAsked(cell), 'Nagle’s algorithm and delayed ACK: an answer in two writes waits about 40 ms'),
    'a server or proxy that buffers: a corked socket, a timer, compression, coalescing that was not asked for',
    'a machine whose processes are slow to wake',
  ];
}

/** Of the time from the first subscriber of an event to the last. */
export function fanOutCauses(cell: DeliveryCell, trials: readonly ScheduledTrial[], residual: number): Causes {
  const several = any(
    trials,
    ({ subscription, driverUsage }) => subscription.serverProcesses + driverUsage.workers > 2,
  );
  return [
    ...brokenTrials(trials),
    ...waiting(trials),
    ...(residual > 0
      ? [
          'server and driver wait for each other’s cores instead of working at the same time',
          ...shown(isAsked(cell), 'Nagle’s algorithm and delayed ACK of about 40 ms for some of the subscribers'),
        ]
      : [
          'processor time that is not spent on reaching subscribers: start of events, garbage collection, other threads',
        ]),
    ...shown(several, 'subscribers are not spread evenly over the processes'),
  ];
}

/** Of how many events share a response of long-polling. */
export function batchCauses(_cell: DeliveryCell, trials: readonly ScheduledTrial[], residual: number): Causes {
  return [
    ...brokenTrials(trials),
    ...waiting(trials),
    residual > 0
      ? 'the gap until a subscriber asks again is longer than processor time explains: slow wake-ups, a proxy, a distant subscriber'
      : 'the gap until a subscriber asks again is shorter than its constants',
  ];
}

/** Of the mean latency of push and long-polling. */
export function queueingCauses(cell: DeliveryCell, trials: readonly ScheduledTrial[], residual: number): Causes {
  return [
    ...brokenTrials(trials),
    ...waiting(trials),
    ...shown(
      residual > NAGLE_AND_DELAYED_ACK_US,
      'Nagle’s algorithm and delayed ACK: a second small write waits about 40 ms',
    ),
    ...(residual > 0
      ? [
          `fan-out: events that follow each other queue for longer than ${cell.subscribers} subscribers take processor time`,
          'pauses of the server or the driver, such as garbage collection',
        ]
      : ['events that follow each other are written together and cost less than one by one']),
  ];
}
