import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseManifest } from '../contract/manifest.ts';
import type { ServerManifest } from '../contract/ready.ts';

/** A registered server: its manifest and the folder it stands in. */
export interface Server {
  manifest: ServerManifest;
  folder: string;
}

/** The folder that holds a folder for each server. */
export const serversFolder = dirname(import.meta.dirname);

/**
 * All servers registered below a folder, by name. There is no central list: a folder with a server.json is a server.
 * Throws one Error with all problems of all manifests.
 */
export function discoverServers(folder: string): Map<string, Server> {
  const servers = new Map<string, Server>();
  const broken: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name, 'server.json');
    if (!existsSync(path)) continue;
    const { manifest, problems } = parseManifest(readFileSync(path, 'utf8'), name);
    if (manifest === null) broken.push(...problems.map((problem) => `${join(folder, name)}: ${problem}`));
    else servers.set(name, { manifest, folder: join(folder, name) });
  }
  if (broken.length > 0) throw new Error(`broken server manifests:\n${broken.join('\n')}`);
  return servers;
}
