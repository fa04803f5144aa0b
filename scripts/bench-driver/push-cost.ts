import type { Contestant } from './contestants.ts';
import { contestantName } from './contestants.ts';
import type { Group } from './group.ts';
import { cpuUsPerDelivery, pushTrial } from './push-trial.ts';
import { measureRounds } from './rounds.ts';

const SUBSCRIBERS = 1000;
const EVENTS_PER_SEC = 25;
const contestants: Contestant[] = ['driver', 'bare', 'library'];

/** CPU of the process that holds the subscribers, for each event that one of them receives. */
export const pushCost: Group = {
  title: `CPU per delivery in us: ${SUBSCRIBERS} subscribers, ${EVENTS_PER_SEC} events/s of 100 bytes`,
  async measure({ rounds, progress, signal }) {
    const comparisons = [];
    for (const transport of ['websocket', 'sse', 'http-stream'] as const) {
      const names = contestants.map((contestant) => contestantName(contestant, transport));
      const values = await measureRounds(
        contestants.map((contestant, index) => ({
          contestant: names[index] as string,
          measure: async (round) => {
            const cell = { transport, subscribers: SUBSCRIBERS, eventsPerSec: EVENTS_PER_SEC };
            return cpuUsPerDelivery(await pushTrial(contestant, cell, round, signal), SUBSCRIBERS);
          },
        })),
        rounds,
        (name, round) => progress(`CPU per delivery, ${transport}, ${name}`, round),
      );
      const [, bare, library] = names as [string, string, string];
      comparisons.push({
        transport,
        unit: 'us',
        series: names.map((contestant) => ({ contestant, values: values.get(contestant) as number[] })),
        targets: [
          { against: bare, by: 'ratio' as const, atMost: 1.25 },
          ...(transport === 'websocket' ? [{ against: library, by: 'ratio' as const, atMost: 0.7 }] : []),
        ],
        atMost: null,
      });
    }
    return comparisons;
  },
};
