import { expect, it } from 'vitest';
import { addNetworkCounts, networkCounts } from './network.ts';
import { addTally, emptyTally, phases, type Tally, type TallyByPhase } from './recording/tally.ts';

const kernel = {
  scope: 'private',
  packets: 40,
  ipBytes: 5_000,
  retransmissions: 1,
  serverWriteCalls: 15,
  backgroundPacketsPerSec: null,
  backgroundBytesPerSec: null,
} as const;

function tallies(of: Partial<Record<keyof TallyByPhase, Partial<Tally>>>): TallyByPhase {
  const all = Object.fromEntries(phases.map((phase) => [phase, emptyTally()])) as TallyByPhase;
  for (const phase of phases) addTally(all[phase], { ...emptyTally(), ...of[phase] });
  return all;
}

const busy = tallies({
  connect: { receivedBytes: 9_999, handshakeResponseBytes: 9_999, responseHeadBytes: 9_999 },
  warmup: { receivedBytes: 300, sentBytes: 100, payloadBytes: 100, deliveries: 1, requestHeadBytes: 100, requests: 1 },
  measure: {
    receivedBytes: 2_000,
    sentBytes: 600,
    payloadBytes: 900,
    deliveries: 9,
    requestHeadBytes: 600,
    responseHeadBytes: 700,
    emptyRequestBytes: 60,
    emptyResponseBytes: 80,
    heartbeatBytes: 12,
  },
  close: { receivedBytes: 77 },
});

it('counts what passed between the start of the feed and the end of the drain phase', () => {
  expect(networkCounts(kernel, busy)).toMatchObject({ wireBytes: 3_000, deliveries: 10, packets: 40 });
});

it('has parts that add up to the IP bytes exactly', () => {
  const { breakdown, ipBytes } = networkCounts(kernel, busy) as NonNullable<ReturnType<typeof networkCounts>>;
  expect(Object.values(breakdown).reduce((sum, part) => sum + part, 0)).toBe(ipBytes);
  expect(breakdown).toMatchObject({ payload: 1_000, tcpIp: 2_000, emptyPolls: 140, heartbeats: 12, handshakes: 0 });
});

it('adds trials up, and knows nothing where one of them does', () => {
  const one = networkCounts(kernel, busy);
  expect(addNetworkCounts([one, one])).toMatchObject({ packets: 80, deliveries: 20, breakdown: { payload: 2_000 } });
  expect(addNetworkCounts([one, null])).toBeNull();
  expect(networkCounts(null, busy)).toBeNull();
});
