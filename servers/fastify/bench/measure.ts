import { setTimeout as delay } from 'node:timers/promises';
import type { TransportId } from '../../contract/transports.ts';
import type { Subject } from './subject.ts';

const PAYLOAD_BYTES = 128;
const TICK_COUNT = 20;
/** After this the server has an event, and polls are answered with it. */
const EVENT_AHEAD_MS = 20;

/** What happens at each tick, and what its cost is divided by. */
export interface Load {
  /** What the cost is a cost of. */
  name: string;
  /** Events published in one write. */
  eventCount: number;
  /** Whether every subscriber then asks once. */
  polls: boolean;
  /** Answers that each subscriber gets. */
  answerCount: number;
  /** Deliveries or answers to divide the cost by, for each subscriber. */
  unitCount: number;
}

const pushed = (name: string, eventCount: number): Load => ({
  name,
  eventCount,
  polls: false,
  answerCount: 0,
  unitCount: eventCount,
});
const polled = (name: string, eventCount: number): Load => ({
  name,
  eventCount,
  polls: true,
  answerCount: 1,
  unitCount: 1,
});
const pushLoads = [pushed('a delivery, one event at a time', 1), pushed('a delivery, 8 events at a time', 8)];

/** The loads under which a transport is measured. */
export const loadsOf: Record<TransportId, Load[]> = {
  polling: [polled('an answer without event', 0), polled('an answer with an event', 1)],
  'long-polling': [{ ...pushed('a delivery, with the next request', 1), answerCount: 1 }],
  sse: pushLoads,
  'http-stream': pushLoads,
  websocket: pushLoads,
};

/** CPU time in us of the server for each delivery or answer under a load; every one of them has been counted. */
export async function measure(subject: Subject, load: Load): Promise<number> {
  const { subscriberCount } = subject;
  const before = await subject.counts();
  const startUs = subject.cpuUs();
  for (let tick = 1; tick <= TICK_COUNT; tick += 1) {
    if (load.eventCount > 0) subject.publish(load.eventCount, PAYLOAD_BYTES);
    if (load.eventCount > 0 && load.polls) await delay(EVENT_AHEAD_MS);
    if (load.polls) subject.poll();
    // One tick after the other: a server that is behind would otherwise get events together, which cost less.
    await subject.until(
      `all deliveries of tick ${tick}`,
      ({ answerCount, eventCount }) =>
        answerCount - before.answerCount === tick * load.answerCount * subscriberCount &&
        eventCount - before.eventCount === tick * load.eventCount * subscriberCount,
    );
  }
  return (subject.cpuUs() - startUs) / (TICK_COUNT * load.unitCount * subscriberCount);
}
