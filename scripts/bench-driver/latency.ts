import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mergeLatencies } from '../../results/recording/latency.ts';
import type { Group } from './group.ts';
import { pushTrial } from './push-trial.ts';
import { measureRounds } from './rounds.ts';

const pingPong = fileURLToPath(import.meta.resolve('./peers/ping-pong.ts'));
const BARE = 'bare ping-pong';

/** From due until received, of the whole path publisher, server, worker; against a round trip between bare sockets. */
export const latency: Group = {
  title: 'Median latency in us: null server, one subscriber, 100 events/s of 100 bytes',
  async measure({ rounds, progress, signal }) {
    const values = await measureRounds(
      [
        {
          contestant: 'driver',
          measure: async (round) => {
            const cell = { transport: 'websocket' as const, subscribers: 1, eventsPerSec: 100 };
            const { measurement } = await pushTrial('driver', cell, round, signal);
            return mergeLatencies([measurement.fromDue]).percentileUs(50) as number;
          },
        },
        {
          contestant: BARE,
          measure: async () => Number((await promisify(execFile)(process.execPath, [pingPong], { signal })).stdout),
        },
      ],
      rounds,
      (name, round) => progress(`latency, ${name}`, round),
    );
    return [
      {
        transport: 'websocket',
        unit: 'us',
        series: [...values].map(([contestant, of]) => ({ contestant, values: of })),
        targets: [{ against: BARE, by: 'difference', atMost: 60 }],
        atMost: null,
      },
    ];
  },
};
