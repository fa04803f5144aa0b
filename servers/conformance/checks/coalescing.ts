import { nowUs } from '../../contract/clock.ts';
import type { TransportId } from '../../contract/transports.ts';
import { type Check, PATIENCE_MS, perTransport, type Trial } from '../check.ts';
import { excerpt } from '../compare.ts';
import { plainTexts } from '../event-texts.ts';
import { RawHttp } from '../raw-http.ts';
import { RawWebsocket } from '../raw-websocket.ts';
import type { ServerProcess } from '../server-process.ts';

const WINDOW_MS = 250;
/** Ten events to a window, so that one that is put off by every event never ends while they come. */
const EVENT_INTERVAL_MS = WINDOW_MS / 10;
const FEED_MS = 2.5 * WINDOW_MS;
/** How much a window may end early, for clocks that count whole milliseconds, there and here. */
const EARLY_MS = 2;
/** Events of the first window that came this long before its end have been read by then; and so long its delivery may take. */
const SLACK_MS = WINDOW_MS / 4;
/** A busy machine may be late once; a server that does it wrong is always. */
const ATTEMPTS = 3;
const STOP_LIMIT_MS = 5000;

/** An event as it arrived. */
interface Sighting {
  body: string;
  atUs: number;
  /** Which answer, chunk or frame of this connection it came in. */
  part: number;
}

interface Feed {
  publishedUs: number[];
  seen: Partial<Record<TransportId, Sighting[]>>;
}

/** Follows a transport on a bare connection until it has so many events, or the server is out of time. */
function follow(server: ServerProcess, transport: TransportId, count: number, raw: RawHttp): Promise<Sighting[]> {
  if (transport === 'polling' || transport === 'long-polling') return followAnswers(transport, count, raw);
  return followParts(server, transport, count, raw);
}

async function followAnswers(transport: TransportId, count: number, raw: RawHttp): Promise<Sighting[]> {
  const sightings: Sighting[] = [];
  const giveUpUs = nowUs() + PATIENCE_MS * 1000;
  for (let answers = 1; sightings.length < count && nowUs() < giveUpUs; answers += 1) {
    raw.get(`/${transport}?after=${sightings.length}`);
    if (!(await raw.completed.atLeast(answers, PATIENCE_MS))) break;
    if (raw.completed.items[answers - 1] === 204) await new Promise((resume) => setTimeout(resume, 5));
    else {
      const lines = (raw.chunks.items.at(-1)?.toString() ?? '').split('\n').slice(0, -1);
      sightings.push(...lines.map((body) => ({ body, atUs: nowUs(), part: answers })));
    }
  }
  return sightings;
}

async function followParts(
  server: ServerProcess,
  transport: TransportId,
  count: number,
  raw: RawHttp,
): Promise<Sighting[]> {
  const path = `/${transport}?after=${server.texts.length}`;
  const frames = transport === 'websocket' ? new RawWebsocket(raw, path).frames : null;
  if (frames === null) raw.get(path);
  const arrivals = frames ?? raw.chunks;
  const atUs: number[] = [];
  await arrivals.until(() => {
    // Asked after every arrival, so each gets its own time.
    while (atUs.length < arrivals.items.length) atUs.push(nowUs());
    return atUs.length >= count;
  }, PATIENCE_MS);
  const bodies = frames?.items.map(({ payload }) => payload) ?? raw.chunks.items;
  return atUs.map((at, part) => ({ body: bodies[part]?.toString() ?? '', atUs: at, part }));
}

/** One event of the feed as this transport carries it, without transfer coding and frame head. */
function bodyOf(transport: TransportId, seq: number, text: string): string {
  if (transport === 'sse') return `id: ${seq}\ndata: ${text}\n\n`;
  return transport === 'http-stream' ? `${text}\n` : text;
}

/** Feeds a server that coalesces event by event, with a subscriber of every transport, and says when each event came where. */
async function observe(trial: Trial): Promise<Feed> {
  const server = await trial.subject.spawn({ options: { coalesceMs: WINDOW_MS } }).ready();
  const connections = trial.transports.map((transport) => ({
    transport,
    raw: new RawHttp(server.host, server.port),
  }));
  const texts = plainTexts(FEED_MS / EVENT_INTERVAL_MS);
  try {
    const following = connections.map(async ({ transport, raw }): Promise<[TransportId, Sighting[]]> => {
      return [transport, await follow(server, transport, texts.length, raw)];
    });
    await Promise.all(
      connections.map(({ transport, raw }) => transport === 'long-polling' || raw.heads.atLeast(1, PATIENCE_MS)),
    );
    const publishedUs: number[] = [];
    for (const text of texts) {
      publishedUs.push(nowUs());
      await server.publish(text);
      await new Promise((resume) => setTimeout(resume, EVENT_INTERVAL_MS));
    }
    return { publishedUs, seen: Object.fromEntries(await Promise.all(following)) };
  } finally {
    for (const { raw } of connections) raw.close();
    await server.kill();
  }
}

/** What is wrong with what a transport was seen to do; empty when nothing is. */
function violationsOf(transport: TransportId, { publishedUs, seen }: Feed): string[] {
  const sightings = seen[transport] ?? [];
  const expected = plainTexts(publishedUs.length).map((text, index) => bodyOf(transport, index + 1, text));
  const differs = expected.findIndex((body, index) => sightings[index]?.body !== body);
  const [first, openedUs] = [sightings[0], publishedUs[0] ?? 0];
  if (differs !== -1 || first === undefined) {
    const found = sightings[differs]?.body;
    return [`expected ${excerpt(expected[differs] ?? '')}, got ${found === undefined ? 'nothing' : excerpt(found)}`];
  }
  const violations: string[] = [];
  const afterMs = (first.atUs - openedUs) / 1000;
  if (afterMs < WINDOW_MS - EARLY_MS) {
    violations.push(`coalesceMs=${WINDOW_MS}: expected nothing sooner, got event 1 after ${Math.round(afterMs)} ms`);
  }
  const publishedBefore = publishedUs.filter((atUs) => atUs < first.atUs).length;
  if (publishedBefore === publishedUs.length) {
    violations.push(
      `coalesceMs=${WINDOW_MS}: expected event 1 after that time, got it only when no event had come for so long`,
    );
  }
  const inTime = publishedUs.filter((atUs) => atUs - openedUs < (WINDOW_MS - SLACK_MS) * 1000).length;
  const areAnswers = transport === 'polling' || transport === 'long-polling';
  const together = sightings
    .slice(0, inTime)
    .filter(({ atUs, part }) => atUs - first.atUs < SLACK_MS * 1000 && (!areAnswers || part === first.part)).length;
  if (together < inTime) {
    const where = areAnswers ? 'in one answer' : 'together';
    violations.push(`expected the ${inTime} events of the first window ${where}, got ${together}`);
  }
  return violations;
}

async function checkStop(trial: Trial): Promise<void> {
  const server = await trial.start({ options: { coalesceMs: 60_000 } });
  const texts = plainTexts(3);
  const held = new RawHttp(server.host, server.port);
  trial.closeLater(() => held.close());
  if (trial.transports.includes('long-polling')) held.get('/long-polling?after=0');
  const push = trial.transports.filter((id) => id !== 'polling' && id !== 'long-polling');
  const subscriptions = push.map((id) => trial.subscribe(server, id, 0));
  await Promise.all(subscriptions.map(({ opened }) => opened));
  // An answered request shows that the server has seen the long-poll sent before it.
  await fetch(`http://${server.host}:${server.port}/no-such-route`).then((answer) => answer.bytes());
  server.publish(...texts);
  server.endInput();
  const expected = subscriptions.map((subscription, index) =>
    trial.expectEvents(subscription, server, 0, `${push[index]}: `),
  );
  const [exit] = await Promise.all([server.exitWithin(STOP_LIMIT_MS), ...expected]);
  trial.expect(exit !== null, `expected exit within ${STOP_LIMIT_MS} ms, it kept running`);
  if (!trial.transports.includes('long-polling')) return;
  const [status, body] = [held.heads.items[0]?.status, held.chunks.items[0]?.toString() ?? ''];
  const lines = texts.map((text) => `${text}\n`).join('');
  trial.expect(
    status === 200 && body === lines,
    `held long-poll: expected 200 with ${excerpt(lines)}, got ${status ?? 'nothing'} with ${excerpt(body)}`,
  );
}

export const coalescingChecks = (transports: readonly TransportId[]): Check[] => [
  ...perTransport(transports, (transport) => ({
    id: `coalescing/${transport}`,
    title: 'keeps events back for coalesceMs from the first, then delivers all of them together',
    rule: 'coalesceMs: when that much has passed since the first event kept back was read, all events read by then are delivered together; not sooner, and further events do not put it off',
    async run(trial) {
      let violations: string[] = [];
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const feed = await trial.subject.shared(`coalescing ${attempt}`, () => observe(trial));
        violations = violationsOf(transport, feed);
        if (violations.length === 0) return;
      }
      for (const violation of violations) trial.violation(violation);
    },
  })),
  {
    id: 'coalescing/stop',
    title: 'delivers what it keeps back before it stops',
    rule: 'A stop ends the window: what is kept back is delivered first',
    transport: null,
    run: checkStop,
  },
];
