import type { OfferedTransports } from '../../scenarios/plan.ts';
import type { TransportId } from '../../servers/contract/transports.ts';
import { discoverServers, type Server, serversFolder } from '../../servers/launch/discover.ts';
import { UsageError } from '../exit-codes.ts';

let known: Map<string, Server> | undefined;

/** All registered servers; throws a UsageError when a manifest is broken. */
export function registeredServers(): ReadonlyMap<string, Server> {
  try {
    known ??= discoverServers(serversFolder);
    return known;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Which transports each server offers, as the planner wants it. */
export function offeredTransports(): OfferedTransports {
  return Object.fromEntries(
    [...registeredServers()].map(([name, { manifest }]) => [name, manifest.transports as TransportId[]]),
  );
}
