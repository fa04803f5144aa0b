import type { Group } from './group.ts';
import { hasWrk, POLL_CONNECTIONS, type Poller, pollTrial } from './poll-trial.ts';
import { measureRounds } from './rounds.ts';

const names: Record<Poller, string> = {
  driver: 'driver',
  bare: 'bare net.Socket',
  autocannon: 'autocannon',
  library: 'undici',
  wrk: 'wrk',
};

/** CPU of the process that asks, for each poll and its answer of one event, in a closed loop. */
export const pollCost: Group = {
  title: `CPU per poll in us: ${POLL_CONNECTIONS} connections, each asks again when it is answered with one event of 100 bytes`,
  async measure({ rounds, progress, signal }) {
    const pollers = (Object.keys(names) as Poller[]).filter((poller) => poller !== 'wrk' || hasWrk());
    const values = await measureRounds(
      pollers.map((poller) => ({
        contestant: names[poller],
        measure: async () => (await pollTrial(poller, signal)).cpuUsPerPoll,
      })),
      rounds,
      (name, round) => progress(`CPU per poll, ${name}`, round),
    );
    return [
      {
        transport: 'polling',
        unit: 'us',
        series: [...values].map(([contestant, of]) => ({ contestant, values: of })),
        targets: [
          { against: names.autocannon, by: 'ratio', atMost: 0.75 },
          { against: names.wrk, by: 'ratio', atMost: 1.3 },
        ],
        atMost: null,
      },
    ];
  },
};
