import type { DeliveryAnatomy } from './delivery-anatomy.ts';
import type { Exchange } from './exchange.ts';

/** The moments on the way of an event, in the order in which they belong: their names, and what happened. */
export const MOMENTS = {
  asked: { name: 'asked', meaning: 'the request that was answered with the event passed the tap' },
  due: { name: 'due', meaning: 'the schedule wanted it published' },
  published: { name: 'published', meaning: 'the publisher handed it to the server' },
  wrote: { name: 'server wrote', meaning: 'what the server wrote passed the tap' },
  received: { name: 'client read', meaning: 'the subscriber had all of it' },
} as const;

export type MomentId = keyof typeof MOMENTS;

const order = Object.keys(MOMENTS) as MomentId[];

/** A moment of one event, in us from when it was due. */
export interface Moment {
  id: MomentId;
  atUs: number;
  /** Nothing was under way before it: until then the event, or the request, only waited. */
  endsWaiting: boolean;
}

/** The journey of the event of an anatomy, in the order in which things happened. */
export function journeyOf(anatomy: DeliveryAnatomy, { request, carrier }: Exchange): Moment[] {
  const { publishedUs, receivedUs } = anatomy;
  const wasAsked = request !== null && request.atUs < 0;
  const moments: Moment[] = [
    { id: 'due', atUs: 0, endsWaiting: wasAsked },
    { id: 'published', atUs: publishedUs, endsWaiting: false },
    { id: 'received', atUs: receivedUs, endsWaiting: false },
  ];
  if (request !== null) moments.push({ id: 'asked', atUs: request.atUs, endsWaiting: !wasAsked });
  if (carrier !== null) moments.push({ id: 'wrote', atUs: carrier.atUs, endsWaiting: false });
  return moments.sort((a, b) => a.atUs - b.atUs || order.indexOf(a.id) - order.indexOf(b.id));
}
