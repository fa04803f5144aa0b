import type { TransportId } from '../../contract/transports.ts';
import { type Check, perTransport, type Trial } from '../check.ts';
import { largestText, plainTexts, trickyTexts } from '../event-texts.ts';
import type { ServerProcess } from '../server-process.ts';
import { subscribe } from '../subscribe.ts';
import type { Subscription } from '../subscriber.ts';

const SUBSCRIBERS = 3;
// Above all that is published, so that no reader of this busy process can count as slow.
const options = { maxBufferedBytes: 64 * 1024 * 1024 };

interface Exercise {
  server: ServerProcess;
  /** Subscribers of each transport, connected before the first event. */
  live: Record<string, Subscription[]>;
}

function feedLine(seq: number, text: string): string {
  return `${seq} ${text}\n`;
}

/** Publishes every tricky text alone, a burst in one write, lines cut inside characters, and the largest event. */
async function publishAll(server: ServerProcess): Promise<void> {
  for (const text of trickyTexts) await server.publish(text);
  await server.publish(...plainTexts(200));
  const cut = ['cut € inside', '😀 cut 😀', 'cut before the end'];
  const lines = Buffer.from(cut.map((text, index) => feedLine(server.texts.length + index + 1, text)).join(''));
  server.texts.push(...cut.map((text) => Buffer.from(text)));
  for (const byte of lines) {
    await server.write(Buffer.of(byte));
    // Not to wait for anything: so that the pieces reach the server as reads of their own, more often than not.
    await new Promise((resume) => setImmediate(resume));
  }
  await server.publish(largestText);
  await server.publish(...trickyTexts);
}

function exercise(trial: Trial): Promise<Exercise> {
  return trial.subject.shared('delivery', async () => {
    const server = await trial.subject.spawn({ options }).ready();
    const target = { host: server.host, port: server.port };
    const entries = trial.transports.map((id): [string, Subscription[]] => [
      id,
      Array.from({ length: SUBSCRIBERS }, (_, index) => subscribe[id](index === 0 ? target : { ...target, after: 0 })),
    ]);
    const live = Object.fromEntries(entries);
    await Promise.all(entries.flatMap(([, subscriptions]) => subscriptions.map(({ opened }) => opened)));
    await publishAll(server);
    return { server, live };
  });
}

export const deliveryChecks = (transports: readonly TransportId[]): Check[] => [
  ...perTransport(transports, (transport) => ({
    id: `delivery/${transport}`,
    title: 'delivers every event once, in order and verbatim, to every subscriber',
    rule: 'The server delivers the text verbatim, as UTF-8, never reparsed. `after` MAY be absent and then is 0',
    async run(trial) {
      const { server, live } = await exercise(trial);
      for (const [index, subscription] of (live[transport] as Subscription[]).entries()) {
        trial.closeLater(() => subscription.close());
        await trial.expectEvents(subscription, server, 0, `subscriber ${index + 1}: `);
      }
    },
  })),
  ...perTransport(transports, (transport) => ({
    id: `replay/${transport}`,
    title: 'delivers the same events from its history',
    rule: 'the event text verbatim; an answer may carry a prefix of the events after SEQ but at least one if there is one',
    async run(trial) {
      const { server } = await exercise(trial);
      await trial.expectEvents(trial.subscribe(server, transport, 0), server, 0);
    },
  })),
];
