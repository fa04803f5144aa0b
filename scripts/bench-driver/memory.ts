import type { Phases } from '../../scenarios/cell.ts';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import { type Contestant, contestantName } from './contestants.ts';
import type { Group } from './group.ts';
import { pushTrial } from './push-trial.ts';
import { measureRounds } from './rounds.ts';

const SUBSCRIBERS = 10_000;
/** Long enough for every subscriber to have received an event, and for what the connecting left behind to be collected. */
const PHASES: Phases = { warmupMs: 1000, measureMs: 2000, drainMs: 5000 };

/** undici lends one connection to many subscribers that poll in turn, so there is no memory of one to compare. */
const contestantsOf = (transport: TransportId): Contestant[] =>
  transport === 'polling' || transport === 'long-polling' ? ['driver', 'bare'] : ['driver', 'bare', 'library'];

/** Growth of resident memory from before the first subscriber to the end of the measure phase. */
export const memory: Group = {
  title: `Memory per subscriber in KB: ${SUBSCRIBERS} subscribers, 1 event/s of 100 bytes`,
  async measure({ rounds, progress, signal }) {
    const comparisons = [];
    for (const transport of transportIds) {
      const contestants = contestantsOf(transport);
      const values = await measureRounds(
        contestants.map((contestant) => ({
          contestant: contestantName(contestant, transport),
          measure: async (round) => {
            const cell = { transport, subscribers: SUBSCRIBERS, eventsPerSec: 1 };
            const { usage } = (await pushTrial(contestant, cell, round, signal, PHASES)).measurement;
            return (usage.rssBytes - usage.rssBytesBefore) / SUBSCRIBERS / 1024;
          },
        })),
        rounds,
        (name, round) => progress(`memory, ${transport}, ${name}`, round),
      );
      comparisons.push({
        transport,
        unit: 'KB',
        series: [...values].map(([contestant, of]) => ({ contestant, values: of })),
        targets: [],
        atMost: 10,
      });
    }
    return comparisons;
  },
};
