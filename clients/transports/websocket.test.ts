import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { emptyTally } from '../../results/recording/tally.ts';
import { type HeaderProfile, headerProfileNames } from '../../servers/contract/header-profiles.ts';
import { Ledger } from '../driver/ledger.ts';
import { PhaseTallies } from '../driver/phase-tallies.ts';
import type { SubscriberPort } from '../transport.ts';
import { websocket } from './websocket.ts';

/** What becomes of one subscription: `ready`, or why it was lost. */
async function outcomeOf(headers: HeaderProfile, { compresses }: { compresses: boolean }): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: compresses });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ledger = new Ledger(new PhaseTallies());
  const { promise, resolve } = Promise.withResolvers<string>();
  const subscriber: Partial<SubscriberPort> = {
    authority: `127.0.0.1:${port}`,
    headers,
    lastSeq: 0,
    tally: emptyTally(),
    open: (handlers) => ledger.open({ host: '127.0.0.1', port, localAddress: null }, handlers),
    ready: () => resolve('ready'),
    lost: resolve,
  };
  const subscription = websocket(subscriber as SubscriberPort, {});
  try {
    subscription.subscribe();
    return await promise;
  } finally {
    subscription.close();
    for (const peer of server.clients) peer.terminate();
    server.close();
  }
}

it.each(headerProfileNames)('subscribes with %s headers to a server that does not compress', async (headers) => {
  expect(await outcomeOf(headers, { compresses: false })).toBe('ready');
});

it('has nothing to do with a server that compresses because the headers offer it', async () => {
  expect(await outcomeOf('bare', { compresses: true })).toBe('ready');
  for (const headers of ['fetch', 'browser'] as const) {
    expect(await outcomeOf(headers, { compresses: true })).toMatch(/^agreed to the extension permessage-deflate/);
  }
});
