import type { TransportId } from '../../contract/transports.ts';
import { type Check, perTransport, type Trial } from '../check.ts';
import { plainTexts } from '../event-texts.ts';
import { ask, untilRead } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';
import { subscribe } from '../subscribe.ts';
import type { Subscription } from '../subscriber.ts';
import { readOnlyServer } from './query.ts';

const AHEAD_AFTER = 25;
const LARGEST_AFTER = 9_999_999_999_999_999n;

interface AheadExercise {
  server: ServerProcess;
  subscriptions: Record<string, Subscription>;
}

/** Subscribers that are ahead of the server by 5 events, connected while the events they wait for come. */
function aheadExercise(trial: Trial): Promise<AheadExercise> {
  return trial.subject.shared('ahead', async () => {
    const server = await trial.subject.spawn().ready();
    await server.publish(...plainTexts(20));
    await untilRead(server, trial.transports);
    const target = { host: server.host, port: server.port, after: AHEAD_AFTER };
    const entries = trial.transports.map((id): [string, Subscription] => [id, subscribe[id](target)]);
    await Promise.all(entries.map(([, { opened }]) => opened));
    for (const text of plainTexts(10, 21)) {
      await server.publish(text);
      await untilRead(server, trial.transports);
    }
    return { server, subscriptions: Object.fromEntries(entries) };
  });
}

export const afterChecks = (transports: readonly TransportId[]): Check[] => [
  ...perTransport(transports, (transport) => ({
    id: `after/${transport}`,
    title: 'resumes with the event that follows `after`',
    rule: '`after` is exclusive everywhere',
    async run(trial) {
      const server = await readOnlyServer(trial);
      for (const after of [1, 11, server.texts.length - 1]) {
        await trial.expectEvents(trial.subscribe(server, transport, after), server, after, `after=${after}: `);
      }
    },
  })),
  ...perTransport(transports, (transport) => ({
    id: `ahead/${transport}`,
    title: 'accepts an `after` beyond the newest event',
    rule: '`after` greater than the newest seq is valid: the server waits for (or answers 204 until) events with seq > after',
    async run(trial) {
      const { server, subscriptions } = await aheadExercise(trial);
      const subscription = subscriptions[transport] as Subscription;
      trial.closeLater(() => subscription.close());
      await trial.expectEvents(subscription, server, AHEAD_AFTER);
      if (transport === 'polling') {
        const { status } = await ask(server, `/polling?after=${LARGEST_AFTER}`);
        trial.expect(status === 204, `after=${LARGEST_AFTER}: expected 204, got ${status}`);
      }
    },
  })),
];
