import type { Cell } from '../../scenarios/cell.ts';
import { missingPrograms } from '../../servers/contract/manifest.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { buildServer, ServerError } from '../../servers/launch/server-process.ts';
import { TrialFailure } from './trial-failure.ts';

/** Why no trial of this cell can run here, or null. */
export function whySkipped(cell: Cell, servers: ReadonlyMap<string, Server>): string | null {
  const server = servers.get(cell.server);
  if (server === undefined) return `there is no server "${cell.server}"`;
  if (!server.manifest.transports.includes(cell.transport))
    return `server ${cell.server} does not offer ${cell.transport}`;
  const missing = missingPrograms(server.manifest);
  return missing.length > 0 ? `server ${cell.server} needs ${missing.join(' and ')}, not found on PATH` : null;
}

/** Folders of the servers whose build steps have run, in this process or in the one it replaced. */
const built = new Set<string>();

/** These need no building any more. */
export function noteBuilt(folders: readonly string[]): void {
  for (const folder of folders) built.add(folder);
}

/**
 * Builds these servers as far as that works, and returns the folders of those that are built. What fails is tried
 * again, and told, when the server is needed.
 */
export function buildAhead(servers: readonly Server[]): string[] {
  for (const server of servers) {
    if (server.manifest.build.length === 0 || missingPrograms(server.manifest).length > 0) continue;
    try {
      buildOnce(server);
    } catch (error) {
      if (!(error instanceof TrialFailure)) throw error;
    }
  }
  return [...built];
}

/** Runs the build steps of a server, once; throws a TrialFailure. */
export function buildOnce(server: Server): void {
  if (built.has(server.folder)) return;
  try {
    buildServer(server);
  } catch (error) {
    throw error instanceof ServerError ? new TrialFailure(error.message, error.stderrTail) : error;
  }
  built.add(server.folder);
}
