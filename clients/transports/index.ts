import type { TransportId } from '../../servers/contract/transports.ts';
import type { ClientTransportFactory } from '../transport.ts';
import { httpStream } from './http-stream.ts';
import { longPolling } from './long-polling.ts';
import { polling } from './polling.ts';
import { sse } from './sse.ts';
import { websocket } from './websocket.ts';

/** The client side of every transport; a forgotten one does not compile. */
export const clientTransports = {
  polling,
  'long-polling': longPolling,
  sse,
  'http-stream': httpStream,
  websocket,
} as const satisfies { [Id in TransportId]: ClientTransportFactory<Id> };
