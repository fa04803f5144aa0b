import { addTally, emptyTally, phases, type Tally, type TallyByPhase } from './recording/tally.ts';
import { breakdownOf } from './summarize.ts';
import type { NetworkCounts } from './traffic.ts';

/** What the kernel counted over the feed of one trial, of the network and of the server. */
export type KernelCounts = Omit<NetworkCounts, 'wireBytes' | 'deliveries' | 'breakdown'>;

/** Everything that passed on the subscribers' connections from the start of the feed to the end of the drain phase. */
export function feedTally(tallies: TallyByPhase): Tally {
  const whole = emptyTally();
  for (const phase of phases) if (phase !== 'connect' && phase !== 'close') addTally(whole, tallies[phase]);
  return whole;
}

/** The kernel's counts beside the driver's of the same time: what is not on the connections is the cost of TCP/IP. */
export function networkCounts(kernel: KernelCounts | null, tallies: TallyByPhase): NetworkCounts | null {
  if (kernel === null) return null;
  const feed = feedTally(tallies);
  const wireBytes = feed.receivedBytes + feed.sentBytes;
  return {
    ...kernel,
    wireBytes,
    deliveries: feed.deliveries,
    breakdown: { payload: feed.payloadBytes, ...breakdownOf(feed), tcpIp: kernel.ipBytes - wireBytes },
  };
}

/** The counts of several trials together; null where those of any are. */
export function addNetworkCounts(trials: readonly (NetworkCounts | null)[]): NetworkCounts | null {
  const [first] = trials;
  const known = trials.filter((counts) => counts !== null);
  if (first == null || known.length < trials.length) return null;
  const sum = (of: (counts: NetworkCounts) => number) => known.reduce((total, counts) => total + of(counts), 0);
  const breakdown = { ...first.breakdown };
  for (const part of Object.keys(breakdown) as (keyof typeof breakdown)[]) {
    breakdown[part] = sum((counts) => counts.breakdown[part]);
  }
  return {
    ...first,
    packets: sum((counts) => counts.packets),
    ipBytes: sum((counts) => counts.ipBytes),
    retransmissions: sum((counts) => counts.retransmissions),
    serverWriteCalls: known.some((counts) => counts.serverWriteCalls === null)
      ? null
      : sum((counts) => counts.serverWriteCalls ?? 0),
    wireBytes: sum((counts) => counts.wireBytes),
    deliveries: sum((counts) => counts.deliveries),
    breakdown,
  };
}
