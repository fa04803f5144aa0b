import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { CONTRACT_VERSION, type ServerManifest } from '../contract/ready.ts';
import { transportIds } from '../contract/transports.ts';

/** A registered server: its manifest and the folder it stands in. */
export interface Server {
  manifest: ServerManifest;
  folder: string;
}

const vector = z.array(z.string()).min(1);
const manifestSchema = z.strictObject({
  contractVersion: z.literal(CONTRACT_VERSION),
  name: z.string(),
  language: z.string(),
  transports: z.array(z.enum(transportIds)).min(1),
  requires: z.array(z.string()),
  build: z.array(vector),
  start: vector,
});

/** The folder that holds a folder for each server. */
export const serversFolder = dirname(import.meta.dirname);

/**
 * All servers registered below a folder, by name. There is no central list: a folder with a server.json is a server.
 * Throws one Error with all problems of all manifests.
 */
export function discoverServers(folder: string = serversFolder): Map<string, Server> {
  const servers = new Map<string, Server>();
  const problems: string[] = [];
  for (const entry of readdirSync(folder).sort()) {
    const path = join(folder, entry, 'server.json');
    if (!existsSync(path)) continue;
    try {
      const manifest = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
      if (manifest.name !== entry) throw new Error(`name is "${manifest.name}", it must be the folder's, "${entry}"`);
      servers.set(entry, { manifest, folder: join(folder, entry) });
    } catch (error) {
      problems.push(`${path}: ${error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new Error(`broken server manifests:\n${problems.join('\n')}`);
  return servers;
}

/** PATH for a server: this Node first, so that `node` means the pinned one also outside of npm scripts. */
export function serverPath(): string {
  return [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
}

function isOnPath(program: string): boolean {
  return serverPath()
    .split(delimiter)
    .some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Programs the server requires that are not on PATH; empty when it can run. */
export function missingPrograms(manifest: ServerManifest): string[] {
  return manifest.requires.filter((program) => !isOnPath(program));
}
