import type { TransportId } from '../contract/transports.ts';
import type { Subscribe } from './subscriber.ts';
import { subscribeHttpStream } from './subscribers/http-stream.ts';
import { subscribeLongPolling } from './subscribers/long-polling.ts';
import { subscribePolling } from './subscribers/polling.ts';
import { subscribeSse } from './subscribers/sse.ts';
import { subscribeWebsocket } from './subscribers/websocket.ts';

/** A library's client for every transport. */
export const subscribe = {
  polling: subscribePolling,
  'long-polling': subscribeLongPolling,
  sse: subscribeSse,
  'http-stream': subscribeHttpStream,
  websocket: subscribeWebsocket,
} satisfies Record<TransportId, Subscribe>;
