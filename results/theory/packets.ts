import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { ResponseHeads } from '../../servers/contract/ready.ts';
import type { NetworkCounts } from '../traffic.ts';
import { packetCauses } from './causes.ts';
import type { ScheduledTrial } from './feed-schedule.ts';
import { pollIntervalUs } from './polling.ts';
import { replay } from './replay.ts';
import type { TheoryRow } from './row.ts';
import { sumOf, theoryRow } from './row.ts';
import { keepsAlive, wireBytesRow } from './wire-bytes.ts';

/** IPv4 and TCP headers with time stamps, which Linux uses unless told otherwise: 20 + 20 + 12. */
const HEADER_BYTES = 52;
/** Each of the two SYN packets of a connection has this many bytes more of options. */
const SYN_EXTRA_BYTES = 8;
/** Of a connection for one request: three to open, request, ACK, answer, ACK, and three to close. */
const PACKETS_PER_CONNECTION = 10;
/**
 * A bare ACK is sent when nothing could carry it for 40 ms (TCP_DELACK_MIN). The kernel counts in ticks, here of 4 ms, so it
 * is between 40 and 44 ms in fact.
 */
const DELAYED_ACK_US = 42_000;
const DELAYED_ACK_DOUBT_US = 2_000;
/** Larger events than this are not one packet of loopback, or are acknowledged by other rules. */
const EVENT_MOST_BYTES = 16_384;

const SHARE = 0.01;

interface Packets {
  expected: number;
  /** How much more or fewer they may be, beside the share of 1 %. */
  doubt: number;
  inputs: Record<string, number | null>;
}

/**
 * Push: each write of the server is a packet (TCP_NODELAY), and each read of the driver acknowledges what it took, in one
 * packet when it took one write. One write carries the events that the server read together. Reads and writes are counted
 * and not predicted, R and W of them: when the driver falls behind, a read takes several writes and there are R to W ACKs;
 * and some of the writes may have gone to something else than subscribers. So W + R, between 2 R and 2 W, W being at most one
 * for each event; where the system does not tell W, that is all that is known of it.
 */
function pushPackets(cell: DeliveryCell, trials: readonly ScheduledTrial[]): Packets {
  const ofTrials = trials.map(({ trial, feed }) => {
    const most = feed.deliveries + feed.heartbeats;
    const counted = trial.network?.serverWriteCalls ?? null;
    const known = counted !== null && counted >= feed.reads;
    return { reads: feed.reads, most: known ? Math.min(counted, most) : most, writes: known ? counted : null };
  });
  const reads = sumOf(ofTrials, (trial) => trial.reads);
  const writes = sumOf(ofTrials, (trial) => trial.most);
  const heartbeats = sumOf(trials, ({ feed }) => feed.heartbeats);
  // The write is among the writes. A comment is acknowledged; a ping is answered with a pong, and that is acknowledged.
  const afterHeartbeats = heartbeats * (cell.transport === 'websocket' ? 2 : 1);
  return {
    expected: writes + reads + afterHeartbeats,
    doubt: writes - reads,
    inputs: {
      serverWritesCount: ofTrials.some((trial) => trial.writes === null)
        ? null
        : sumOf(ofTrials, (trial) => trial.writes ?? 0),
      readsCount: reads,
      heartbeatsCount: heartbeats,
    },
  };
}

/**
 * Polling on kept-alive connections: request and answer, each carrying the ACK of the other, and one bare ACK of the answer
 * when the next poll is more than 40 ms away.
 */
function pollPackets(cell: DeliveryCell, trials: readonly ScheduledTrial[]): Packets {
  const requests = sumOf(trials, ({ feed }) => feed.requests);
  const beyondUs = pollIntervalUs(cell) - DELAYED_ACK_US;
  const inDoubt = Math.abs(beyondUs) <= DELAYED_ACK_DOUBT_US;
  const perRequest = inDoubt ? 2.5 : beyondUs > 0 ? 3 : 2;
  return {
    expected: requests * perRequest,
    // The first poll of the plan comes later than an interval after the one that subscribed.
    doubt: (inDoubt ? requests / 2 : 0) + cell.subscribers * trials.length,
    inputs: { requestsCount: requests, packetsPerRequest: perRequest },
  };
}

/**
 * Long-polling on kept-alive connections: answer and next request carry each other's ACK. A request held for more than
 * 40 ms is acknowledged by a bare ACK, and as the kernel then no longer takes the connection for a dialogue, so is the
 * next one, at once; after a short hold it does again. The holds are those of the replayed schedule.
 */
function longPollPackets(cell: DeliveryCell, trials: readonly ScheduledTrial[]): Packets {
  let acks = 0;
  let doubt = 0;
  for (const { availableUs, trial } of trials) {
    // A request is with the kernel right after the answer before. The first one waits since before the feed, and the last
    // one beyond its end.
    const answersUs = replay(availableUs, { wakeUs: 0, busyUs: trial.quietEvents?.lastUs ?? 0 }).batches;
    const endsUs = [...answersUs.map(({ atUs }) => atUs), trial.feedUs];
    const holdsUs = endsUs.slice(1).map((atUs, index) => atUs - (endsUs[index] as number));
    holdsUs.forEach((holdUs, index) => {
      const before = holdsUs[index - 1] ?? Number.POSITIVE_INFINITY;
      if (holdUs > DELAYED_ACK_US || before > DELAYED_ACK_US) acks += 1;
      if (Math.abs(holdUs - DELAYED_ACK_US) <= DELAYED_ACK_DOUBT_US) doubt += 1;
    });
  }
  const requests = sumOf(trials, ({ feed }) => feed.requests);
  return {
    // The first answer on a connection is acknowledged at once, before the driver can ask again.
    expected: 2 * requests + cell.subscribers * (acks + trials.length),
    doubt: cell.subscribers * doubt,
    inputs: { requestsCount: requests, bareAcksOfRequestsCount: cell.subscribers * acks },
  };
}

function connectionPackets(trials: readonly ScheduledTrial[]): Packets {
  const requests = sumOf(trials, ({ feed }) => feed.requests);
  return {
    expected: requests * PACKETS_PER_CONNECTION,
    doubt: 0,
    inputs: { requestsCount: requests, packetsPerRequest: PACKETS_PER_CONNECTION },
  };
}

function packetsOf(cell: DeliveryCell, trials: readonly ScheduledTrial[]): Packets {
  if (cell.transport !== 'polling' && cell.transport !== 'long-polling') return pushPackets(cell, trials);
  if (!keepsAlive(cell)) return connectionPackets(trials);
  return cell.transport === 'polling' ? pollPackets(cell, trials) : longPollPackets(cell, trials);
}

/**
 * Packets and IP bytes per delivery over the whole feed, as the loopback of Linux carries them; the rules for ACKs are those
 * of Linux with net.ipv4.tcp_pingpong_thresh 1. What was sent again by TCP widens the tolerance and, where other programs
 * share the loopback, so does twice what they sent before the run.
 */
export function packetRows(
  cell: DeliveryCell,
  trials: readonly ScheduledTrial[],
  heads: ResponseHeads | null,
): (TheoryRow | null)[] {
  const networks = trials.flatMap(({ trial }) => (trial.network === null ? [] : [trial.network]));
  if (networks.length < trials.length || cell.payloadBytes > EVENT_MOST_BYTES) return [];
  const packets = packetsOf(cell, trials);
  const deliveries = sumOf(networks, (network) => network.deliveries);
  const feedSec = sumOf(trials, ({ trial }) => trial.feedUs) / 1e6;
  const background = (of: (network: NetworkCounts) => number | null) =>
    (2 * feedSec * sumOf(networks, (network) => of(network) ?? 0)) / networks.length;
  const sentAgain = sumOf(networks, (network) => network.retransmissions ?? 0);
  // Each is a packet more, and the ACK that tells that it was not needed another.
  const sentAgainPackets = 2 * sentAgain;
  const bytesPerPacket = sumOf(networks, (network) => network.ipBytes / network.packets) / networks.length;
  const wire = wireBytesRow(cell, trials, heads);
  const row = (quantity: string, unit: string, expected: number, measured: number, tolerance: number) =>
    theoryRow({
      quantity,
      unit,
      expected: expected / deliveries,
      measured: measured / deliveries,
      tolerance: (SHARE * expected + tolerance) / deliveries,
      inputs: { ...packets.inputs, retransmissionsCount: sentAgain, deliveriesCount: deliveries },
      causes: (residual) => [
        ...(unit === 'B' && wire?.holds === false ? ['the wire bytes in them differ, see there'] : []),
        ...packetCauses(cell, trials, residual),
      ],
    });
  const connections = keepsAlive(cell) ? 0 : sumOf(trials, ({ feed }) => feed.requests);
  // The long-poll that is under way when the feed begins asks after 0, the one at its end after the last event.
  const digitsUnderWay =
    cell.transport === 'long-polling'
      ? cell.subscribers * sumOf(trials, ({ dueUs }) => String(dueUs.length).length - 1)
      : 0;
  return [
    row(
      'packets per delivery',
      'packets',
      packets.expected,
      sumOf(networks, (network) => network.packets),
      packets.doubt + sentAgainPackets + background((network) => network.backgroundPacketsPerSec),
    ),
    wire === null
      ? null
      : row(
          'IP bytes per delivery',
          'B',
          wire.expected * deliveries +
            HEADER_BYTES * packets.expected +
            2 * SYN_EXTRA_BYTES * connections +
            digitsUnderWay,
          sumOf(networks, (network) => network.ipBytes),
          HEADER_BYTES * packets.doubt +
            sentAgainPackets * bytesPerPacket +
            background((network) => network.backgroundBytesPerSec),
        ),
  ];
}
