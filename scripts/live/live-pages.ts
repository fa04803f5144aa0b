import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type LiveAnswer, type LiveState, REPORT_HEADER } from '../../results/report/live-state.ts';
import { contentSecurityPolicy } from '../../results/report/page.ts';
import { defaultServerOptions } from '../../servers/contract/transports.ts';
import { createApp } from '../../servers/fastify/app.ts';
import { encodeEvent } from '../../servers/fastify/event.ts';
import { History } from '../../servers/fastify/history.ts';
import { refuse } from '../../servers/fastify/query.ts';
import type { Transport } from '../../servers/fastify/transport.ts';
import { offerSse } from '../../servers/fastify/transports/sse.ts';

const HOST = '127.0.0.1';
/** How long a page may take to show what it was told; one that hangs must not hold up the run. */
const PATIENCE_MS = 2_000;
/** The longest of a Node timer: a heartbeat would fall into a trial, and loopback has no proxy that closes what is idle. */
const NO_HEARTBEAT_MS = 2 ** 31 - 1;
/** Every event says all there is to say, so a few are enough for a page that comes back. */
const HISTORY_EVENTS = 16;

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `${contentSecurityPolicy(true)}; frame-ancestors 'none'`,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Pages that were sent an event and have not said that they show it. */
interface Awaited {
  seq: number;
  pages: Set<ServerResponse>;
  shownCount: number;
  resolve: () => void;
}

/**
 * The report of a run on loopback and the stream that keeps it up to date, by the routes and the framing of the
 * reference server's own `sse`:
 *
 * | `GET /` | the report; while a step is measured the one without a result, which costs little to draw |
 * | `GET /state` | a LiveAnswer |
 * | `GET /sse?after=SEQ` | a LiveState for each event |
 * | `POST /seen/SEQ` | a page shows what event SEQ said |
 */
export class LivePages {
  readonly #app: FastifyInstance;
  readonly #history: History;
  readonly #sse: Transport;
  readonly #connected = new Set<ServerResponse>();
  #news: LiveAnswer | null = null;
  #openingPage = '';
  #page = '';
  #awaited: Awaited | null = null;

  private constructor(log: (line: string) => void) {
    const options = { ...defaultServerOptions, heartbeatMs: NO_HEARTBEAT_MS, historyEvents: HISTORY_EVENTS };
    this.#history = new History(options);
    this.#app = createApp(log);
    this.#addRoutes();
    this.#sse = offerSse(this.#app, { history: this.#history, options, log });
  }

  /** Listens at this port of 127.0.0.1, 0 for a free one. Throws the system's error, such as EADDRINUSE. */
  static async listen(port: number, log: (line: string) => void): Promise<LivePages> {
    // Until then the one error is that of listening, and is thrown.
    const pages: LivePages = new LivePages((line) => pages.#app.server.listening && log(line));
    try {
      await pages.#app.listen({ host: HOST, port });
      return pages;
    } catch (error) {
      await pages.close();
      throw error;
    }
  }

  get port(): number {
    return (this.#app.server.address() as AddressInfo).port;
  }

  /** Pages that follow the stream now. */
  get connectedCount(): number {
    return this.#connected.size;
  }

  /** Until this is called, `GET /` says that the run is being prepared. */
  open(state: LiveState, page: string): void {
    this.#openingPage = page;
    this.#page = page;
    this.#append(state);
  }

  /** Tells every page, with a new report when there is one, and waits until all of them show it or one hangs. */
  async publish(state: LiveState, page: string | null): Promise<void> {
    if (page !== null) this.#page = page;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited = { seq: this.#history.newestSeq + 1, pages: new Set(this.#connected), shownCount: 0, resolve };
    this.#append(state);
    this.#resolveWhenShown();
    const timer = setTimeout(resolve, PATIENCE_MS);
    await promise;
    clearTimeout(timer);
    this.#awaited = null;
  }

  /** A step begins: what is asked from now on is answered with what costs least. */
  measure(): void {
    if (this.#news !== null) this.#news.state.measuring = true;
  }

  /** Ends every stream and connection. */
  async close(): Promise<void> {
    this.#sse.stop();
    const closed = this.#app.close();
    this.#app.server.closeAllConnections();
    await closed;
  }

  #addRoutes(): void {
    this.#app.addHook('onRequest', async (request, reply) => {
      reply.headers(HEADERS);
      const problem = problemOfRequest(request.headers);
      if (problem !== null) {
        refuse(reply, 403, { error: problem });
        return reply;
      }
      if (request.routeOptions.url === '/sse') this.#connect(reply.raw);
    });
    this.#app.get('/', (_request, reply) => {
      if (this.#news === null) return refuse(reply, 503, { error: 'the run is being prepared; load this page again' });
      const { measuring, report } = this.#news.state;
      reply.header(REPORT_HEADER, measuring ? 0 : report).type('text/html; charset=utf-8');
      return reply.send(measuring ? this.#openingPage : this.#page);
    });
    this.#app.get('/state', (_request, reply) => {
      if (this.#news === null) return refuse(reply, 503, { error: 'the run is being prepared; ask again' });
      return reply.send(this.#news);
    });
    this.#app.post<{ Params: { seq: string } }>('/seen/:seq', (request, reply) => {
      if (this.#awaited !== null && Number(request.params.seq) === this.#awaited.seq) {
        this.#awaited.shownCount += 1;
        this.#resolveWhenShown();
      }
      return reply.code(204).send();
    });
  }

  #append(state: LiveState): void {
    const seq = this.#history.newestSeq + 1;
    this.#news = { seq, state: { ...state } };
    const event = encodeEvent(seq, Buffer.from(JSON.stringify(state)));
    this.#history.append(event);
    this.#sse.publish([event]);
  }

  #connect(page: ServerResponse): void {
    this.#connected.add(page);
    page.once('close', () => {
      this.#connected.delete(page);
      this.#awaited?.pages.delete(page);
      this.#resolveWhenShown();
    });
  }

  #resolveWhenShown(): void {
    const { pages, shownCount, resolve } = this.#awaited ?? {};
    if (pages !== undefined && (shownCount ?? 0) >= pages.size) resolve?.();
  }
}

/**
 * Why a request is not one of this page's: by another name than loopback's, as when a name of the attacker's was made to
 * point here (DNS rebinding), or from a script of another site. A link from anywhere may lead here.
 */
function problemOfRequest(headers: IncomingHttpHeaders): string | null {
  const { host = '', 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) {
    return `this page is at ${HOST} and localhost, not at ${JSON.stringify(host)}`;
  }
  const isForeign = site === 'cross-site' || site === 'same-site';
  return isForeign && mode !== 'navigate' ? 'this page answers no scripts of other sites' : null;
}
