import { WebSocket } from 'ws';
import { Arrivals } from '../arrivals.ts';
import { type Delivery, routeUrl, type Subscribe } from '../subscriber.ts';

/** The `ws` package; a message is a delivery. */
export const subscribeWebsocket: Subscribe = (target) => {
  const deliveries = new Arrivals<Delivery>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const socket = new WebSocket(routeUrl(target, 'websocket').replace('http', 'ws'), { perMessageDeflate: false });
  const finish = (how: string) => {
    deliveries.finish(how);
    open();
  };
  socket.on('open', () => open());
  socket.on('message', (data: Buffer) => deliveries.push({ seq: null, text: data }));
  socket.on('error', (error) => finish(error.message));
  socket.on('close', (code, reason) => finish(`close ${code} ${reason}`.trim()));
  return { deliveries, opened, close: () => socket.terminate() };
};
