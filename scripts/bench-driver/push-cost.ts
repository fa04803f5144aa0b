import { type Contestant, contestantName } from './contestants.ts';
import type { Group } from './group.ts';
import { cpuUsPerDelivery, pushTrial } from './push-trial.ts';
import { measureRounds } from './rounds.ts';

const SUBSCRIBERS = 1000;
const EVENTS_PER_SEC = 25;
const transports = ['websocket', 'sse', 'http-stream'] as const;
const contestants: Contestant[] = ['driver', 'bare', 'library'];

/** CPU of the process that holds the subscribers, for each event that one of them receives. */
export const pushCost: Group = {
  title: `CPU per delivery in us: ${SUBSCRIBERS} subscribers, ${EVENTS_PER_SEC} events/s of 100 bytes`,
  async measure({ rounds, progress, signal }) {
    const keyOf = (transport: (typeof transports)[number], contestant: Contestant) =>
      `${transport}, ${contestantName(contestant, transport)}`;
    // All transports in every round, since they are compared with one another as well.
    const values = await measureRounds(
      transports.flatMap((transport) =>
        contestants.map((contestant) => ({
          contestant: keyOf(transport, contestant),
          measure: async (round) => {
            const cell = { transport, subscribers: SUBSCRIBERS, eventsPerSec: EVENTS_PER_SEC };
            return cpuUsPerDelivery(await pushTrial(contestant, cell, round, signal), SUBSCRIBERS);
          },
        })),
      ),
      rounds,
      (name, round) => progress(`CPU per delivery, ${name}`, round),
    );
    return transports.map((transport) => ({
      transport,
      unit: 'us',
      series: contestants.map((contestant) => ({
        contestant: contestantName(contestant, transport),
        values: values.get(keyOf(transport, contestant)) as number[],
      })),
      targets: [
        { against: contestantName('bare', transport), by: 'ratio', atMost: 1.25 },
        ...(transport === 'websocket'
          ? [{ against: contestantName('library', transport), by: 'ratio' as const, atMost: 0.7 }]
          : []),
      ],
      atMost: null,
    }));
  },
};
