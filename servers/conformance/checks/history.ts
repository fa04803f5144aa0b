import type { TransportId } from '../../contract/transports.ts';
import { type Check, perTransport, type Trial } from '../check.ts';
import { excerpt } from '../compare.ts';
import { askRefusal, untilRead } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';
import { parseJson } from './query.ts';

const EVENTS = 50;
const OLDEST_SEQ = 41;
const EVENT_BYTES = 100;

const limits = {
  'historyEvents 10': { historyEvents: 10 },
  // 1,099 and not 1,000: the bound may be met from below only.
  'historyBytes 1099 with events of 100 bytes': { historyBytes: 1099 },
};

function shortHistory(trial: Trial, limit: keyof typeof limits): Promise<ServerProcess> {
  return trial.subject.shared(limit, async () => {
    const server = await trial.subject.spawn({ options: limits[limit] }).ready();
    const texts = Array.from({ length: EVENTS }, (_, index) => `event ${index + 1} `.padEnd(EVENT_BYTES, '.'));
    await server.publish(...texts);
    await untilRead(server, trial.transports);
    return server;
  });
}

async function expectGone(
  trial: Trial,
  server: ServerProcess,
  transport: TransportId,
  query: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const answer = await askRefusal(server, transport, query, headers);
  const what = `/${transport}${query} ${Object.entries(headers).join(' ')}`.trim();
  if (answer.status !== 410) {
    trial.violation(`${what}: expected 410 (the oldest event held is ${OLDEST_SEQ}), got ${answer.status}`);
    return;
  }
  const type = answer.header('content-type') ?? 'none';
  trial.expect(type.startsWith('application/json'), `${what}: expected content-type application/json, got ${type}`);
  const oldestSeq = parseJson(answer.body)?.['oldestSeq'];
  trial.expect(oldestSeq === OLDEST_SEQ, `${what}: expected {"oldestSeq":${OLDEST_SEQ}}, got ${excerpt(answer.body)}`);
}

export const historyChecks = (transports: readonly TransportId[]): Check[] =>
  perTransport(transports, (transport) => ({
    id: `history/${transport}`,
    title: 'answers 410 when events after `after` are no longer held',
    rule: '`after` < oldestSeq - 1: 410 with {"oldestSeq":N} (application/json), on all routes, never silent loss',
    async run(trial) {
      for (const limit of Object.keys(limits) as (keyof typeof limits)[]) {
        const server = await shortHistory(trial, limit);
        for (const query of ['', '?after=0', `?after=${OLDEST_SEQ - 2}`]) {
          await expectGone(trial, server, transport, query);
        }
        if (transport === 'sse') await expectGone(trial, server, transport, '?after=45', { 'Last-Event-ID': '3' });
        const subscription = trial.subscribe(server, transport, OLDEST_SEQ - 1);
        await trial.expectEvents(subscription, server, OLDEST_SEQ - 1, `${limit}, after=${OLDEST_SEQ - 1}: `);
      }
    },
  }));
