import type { TransportId } from '../../contract/transports.ts';
import { type Check, perTransport, type Trial } from '../check.ts';
import { excerpt } from '../compare.ts';
import { plainTexts } from '../event-texts.ts';
import { type Answer, ask, askRefusal, untilRead } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';

const EVENTS = 20;

const malformed = ['', '-1', '+1', '1.5', '1e3', '0x1', '01', '%201', '99999999999999999', 'abc', 'null', '%D9%A1'];
const refusedQueries = [
  ...malformed.map((value) => `?after=${value}`),
  '?after=1&after=1',
  '?after=1&after=2',
  '?before=1',
  '?after=1&noSuchKey=1',
  '?After=1',
];

/** One server with EVENTS short events, for checks that only read. */
export function readOnlyServer(trial: Trial): Promise<ServerProcess> {
  return trial.subject.shared('read-only', async () => {
    const server = await trial.subject.spawn().ready();
    await server.publish(...plainTexts(EVENTS));
    await untilRead(server, trial.transports);
    return server;
  });
}

/** Says what is wrong with an answer that must be 400 with a reason. */
export function expectBadRequest(trial: Trial, what: string, answer: Answer): void {
  if (answer.status !== 400) {
    trial.violation(`${what}: expected 400, got ${answer.status}`);
    return;
  }
  const type = answer.header('content-type') ?? 'none';
  trial.expect(type.startsWith('application/json'), `${what}: expected content-type application/json, got ${type}`);
  const body = parseJson(answer.body);
  const error = body?.['error'];
  trial.expect(
    typeof error === 'string' && error !== '',
    `${what}: expected a body {"error":"reason in words"}, got ${excerpt(answer.body)}`,
  );
}

export function parseJson(body: Buffer): Record<string, unknown> | null {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}

async function expectMethodsRefused(trial: Trial, server: ServerProcess, route: string): Promise<void> {
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
    const { status } = await ask(server, `${route}?after=0`, { method, readBody: false });
    trial.expect(status === 404 || status === 405, `${method} ${route}: expected 404 or 405, got ${status}`);
  }
}

export const queryChecks = (transports: readonly TransportId[]): Check[] => [
  ...perTransport(transports, (transport) => ({
    id: `query/${transport}`,
    title: 'refuses a malformed after and unknown keys',
    rule: '`after` must match /^(0|[1-9]\\d{0,15})$/, else 400; any other query key, or `after` given twice, is 400. Error bodies are JSON {"error":"reason in words"}',
    async run(trial) {
      const server = await readOnlyServer(trial);
      for (const query of refusedQueries) {
        expectBadRequest(trial, `/${transport}${query}`, await askRefusal(server, transport, query));
      }
    },
  })),
  {
    id: 'query/routes',
    title: 'knows no other routes and methods',
    rule: 'Methods other than GET: 404 or 405. Unknown path: 404',
    transport: null,
    async run(trial) {
      const server = await readOnlyServer(trial);
      for (const path of ['/', '/no-such-route', '/pollingx', '/sse/more']) {
        const { status } = await ask(server, path, { readBody: false });
        trial.expect(status === 404, `GET ${path}: expected 404, got ${status}`);
      }
      for (const id of trial.transports) await expectMethodsRefused(trial, server, `/${id}`);
    },
  },
];
