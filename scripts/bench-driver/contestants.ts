import { fileURLToPath } from 'node:url';
import type { TransportId } from '../../servers/contract/transports.ts';

/** Who reads: this project's driver, a bare socket that reads nothing, or the libraries one would otherwise use. */
export type Contestant = 'driver' | 'bare' | 'library';

const path = (name: string) => fileURLToPath(import.meta.resolve(name));

const programs: Record<Contestant, string> = {
  driver: path('../../clients/driver/worker.ts'),
  bare: path('./peers/bare.ts'),
  library: path('./peers/libraries.ts'),
};

/** The worker program of a contestant. */
export const programOf = (contestant: Contestant): string => programs[contestant];

const libraries: Partial<Record<TransportId, string>> = {
  websocket: 'ws',
  sse: 'eventsource',
  'http-stream': 'undici',
  polling: 'undici',
};

/** What a contestant is called in a table. */
export function contestantName(contestant: Contestant, transport: TransportId): string {
  if (contestant === 'library') return libraries[transport] ?? contestant;
  return contestant === 'bare' ? 'bare net.Socket' : contestant;
}
