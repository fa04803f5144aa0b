import { nowUs } from '../../contract/clock.ts';
import { type Check, PATIENCE_MS, type Trial } from '../check.ts';
import { excerpt } from '../compare.ts';
import { plainTexts } from '../event-texts.ts';
import { RawHttp } from '../raw-http.ts';
import { untilRead } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';
import { expectAnswerHead, expectUncached } from './polling.ts';

const ROUNDS = 200;
const TIMEOUT_MS = 400;

function longPoll(trial: Trial, server: ServerProcess, after: number): RawHttp {
  const raw = new RawHttp(server.host, server.port);
  trial.closeLater(() => raw.close());
  return raw.get(`/long-polling?after=${after}`, { 'Accept-Encoding': 'gzip, br' });
}

async function expectBody(trial: Trial, what: string, raw: RawHttp, expected: string): Promise<void> {
  await raw.chunks.atLeast(1, PATIENCE_MS);
  const head = raw.heads.items[0];
  const body = raw.chunks.items[0] ?? Buffer.alloc(0);
  if (head === undefined) trial.violation(`${what}: expected an answer with ${excerpt(expected)}, got none`);
  else if (head.status !== 200) trial.violation(`${what}: expected 200, got ${head.status}`);
  else {
    expectAnswerHead(trial, what, head, Buffer.byteLength(expected));
    trial.expect(body.toString() === expected, `${what}: expected the body ${excerpt(expected)}, got ${excerpt(body)}`);
  }
}

export const longPollingChecks: Check[] = [
  {
    id: 'long-polling/held',
    title: 'holds the answer until the first event after `after`',
    rule: '`GET /long-polling?after=SEQ` answers the same as polling at the first event after SEQ',
    transport: 'long-polling',
    async run(trial) {
      const server = await trial.start();
      await server.publish(...plainTexts(3));
      await untilRead(server, trial.transports);
      await expectBody(trial, 'events there already', longPoll(trial, server, 1), 'event 2\nevent 3\n');
      const held = longPoll(trial, server, 3);
      const early = await held.heads.atLeast(1, 200);
      trial.expect(!early, `expected the answer to be held, got ${held.heads.items[0]?.status} at once`);
      await server.publish('event 4');
      if (!early) await expectBody(trial, 'held until an event', held, 'event 4\n');
    },
  },
  {
    id: 'long-polling/timeout',
    title: 'answers 204 at the timeout',
    rule: 'a held long-poll is answered 204 at longPollTimeoutMs; Cache-Control: no-store',
    transport: 'long-polling',
    async run(trial) {
      const server = await trial.start({ options: { longPollTimeoutMs: TIMEOUT_MS } });
      const startedUs = nowUs();
      const held = longPoll(trial, server, 0);
      const answered = await held.heads.atLeast(1, PATIENCE_MS);
      const waitedMs = Math.round((nowUs() - startedUs) / 1000);
      const head = held.heads.items[0];
      if (!answered || head === undefined) {
        trial.violation(`expected 204 after longPollTimeoutMs = ${TIMEOUT_MS}, got nothing in ${waitedMs} ms`);
        return;
      }
      trial.expect(head.status === 204, `expected 204 at the timeout, got ${head.status}`);
      trial.expect(waitedMs >= TIMEOUT_MS / 2, `expected 204 after ${TIMEOUT_MS} ms, got it after ${waitedMs} ms`);
      expectUncached(trial, 'the 204 at the timeout', head);
      await held.socket.destroy();
    },
  },
  {
    id: 'long-polling/gap',
    title: 'loses nothing that comes between two long-polls',
    rule: 'an event after SEQ is in the answer whether it came before the request or while it was held',
    transport: 'long-polling',
    async run(trial) {
      const server = await trial.start({ options: { longPollTimeoutMs: 1000 } });
      await server.publish('event 1', 'event 2');
      // Between two polls for certain: another transport shows that the server has read the event before the request.
      const other = trial.transports.filter((id) => id !== 'long-polling');
      if (other.length > 0) {
        await untilRead(server, other);
        const raw = longPoll(trial, server, 1);
        await expectBody(trial, 'event 2 came before the request for it', raw, 'event 2\n');
      }
      // And at every moment there is: a subscriber polls while events come at their own pace.
      const subscription = trial.subscribe(server, 'long-polling', 2);
      for (const text of plainTexts(ROUNDS, 3)) {
        await server.publish(text);
        await new Promise((resume) => setTimeout(resume, Math.random() * 3));
      }
      await trial.expectEvents(subscription, server, 2, `${ROUNDS} events while polling: `);
    },
  },
];
