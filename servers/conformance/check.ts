import type { ServerManifest } from '../contract/ready.ts';
import type { TransportId } from '../contract/transports.ts';
import { allOrDifferent, compareDeliveries } from './compare.ts';
import type { ServerProcess, StartOptions, StartServer } from './server-process.ts';
import { subscribe } from './subscribe.ts';
import type { Subscription } from './subscriber.ts';

/** One rule of the contract and the way to try it. */
export interface Check {
  /** `area/subject`; see CheckResult. */
  id: string;
  title: string;
  rule: string;
  /** The transport it is about; the check is left out when the server does not offer it. */
  transport: TransportId | null;
  /** Runs when nothing else does, because it judges how long something takes. */
  alone?: boolean;
  /** Reports through `trial.violation`; an exception is a violation too. */
  run(trial: Trial): Promise<void>;
}

/** How long the suite waits for something that a correct server does in milliseconds. */
export const PATIENCE_MS = 5000;

/** What one run of the suite shares: the server under test, and instances that several checks only read from. */
export class Subject {
  readonly manifest: ServerManifest;
  readonly #start: StartServer;
  readonly #processes: ServerProcess[] = [];
  #closed = false;
  readonly #shared = new Map<string, Promise<unknown>>();

  constructor(manifest: ServerManifest, start: StartServer) {
    this.manifest = manifest;
    this.#start = start;
  }

  spawn(options?: StartOptions): ServerProcess {
    if (this.#closed) throw new Error('the suite has ended');
    const server = this.#start(options);
    this.#processes.push(server);
    return server;
  }

  /** The result of `make`, made once for all checks that ask for this key. */
  shared<T>(key: string, make: () => Promise<T>): Promise<T> {
    let made = this.#shared.get(key) as Promise<T> | undefined;
    if (made === undefined) {
      made = make();
      this.#shared.set(key, made);
    }
    return made;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#processes.map((server) => server.kill()));
  }
}

/** One check being tried: collects what is wrong, and closes at its end whatever the check opened. */
export class Trial {
  readonly subject: Subject;
  readonly violations: string[] = [];
  readonly #closers: (() => unknown)[] = [];
  #closed = false;

  constructor(subject: Subject) {
    this.subject = subject;
  }

  get transports(): TransportId[] {
    return this.subject.manifest.transports as TransportId[];
  }

  violation(text: string): void {
    this.violations.push(text);
  }

  /** A violation unless the condition holds. */
  expect(holds: boolean, violation: string): void {
    if (!holds) this.violation(violation);
  }

  /** Starts a process for this check alone, which need not become ready. */
  spawn(options?: StartOptions): ServerProcess {
    const server = this.subject.spawn(options);
    this.closeLater(() => server.kill());
    return server;
  }

  /** Starts a process for this check alone and waits until it is ready. */
  start(options?: StartOptions): Promise<ServerProcess> {
    return this.spawn(options).ready();
  }

  /** Has something closed when the check ends. */
  closeLater(close: () => unknown): void {
    // A check that was given up may still be running.
    if (this.#closed) close();
    else this.#closers.push(close);
  }

  subscribe(server: ServerProcess, transport: TransportId, after?: number): Subscription {
    const { host, port } = server;
    const subscription = subscribe[transport]({ host, port, ...(after === undefined ? {} : { after }) });
    this.closeLater(() => subscription.close());
    return subscription;
  }

  /** Waits for the events after `after` up to the newest published, and says what is wrong with what came. */
  async expectEvents(subscription: Subscription, server: ServerProcess, after: number, who = ''): Promise<void> {
    const expected = server.texts.slice(after);
    const { deliveries } = subscription;
    await deliveries.until(allOrDifferent(deliveries.items, expected), PATIENCE_MS);
    const { items, end } = deliveries;
    const ended = items.length < expected.length && end !== null ? ` (it ended: ${end})` : '';
    for (const violation of compareDeliveries(items, expected, after + 1)) this.violation(who + violation + ended);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const close of this.#closers.reverse()) await close();
  }
}

/** Makes one check for each of the transports. */
export function perTransport(
  transports: readonly TransportId[],
  make: (transport: TransportId) => Omit<Check, 'transport'>,
): Check[] {
  return transports.map((transport) => ({ ...make(transport), transport }));
}
