import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type ParsedManifest, parseManifest } from '../contract/manifest.ts';
import type { ServerManifest } from '../contract/ready.ts';
import { ServerProcess, type StartServer } from './server-process.ts';

/** A server as its folder describes it. */
export interface ServerFolder {
  folder: string;
  /** The folder's name, which the manifest must repeat. */
  name: string;
  /** Null when the manifest has problems. */
  manifest: ServerManifest | null;
  problems: string[];
  start: StartServer;
}

/** Reads `server.json` of a server's folder, and says everything that is wrong with it. Throws nothing. */
export async function readServerFolder(path: string): Promise<ServerFolder> {
  const folder = resolve(path);
  const name = basename(folder);
  const { manifest, problems } = await readManifest(folder, name);
  const start: StartServer = (options = {}) => {
    if (manifest === null) throw new Error(`server ${name} cannot be started: ${problems.join('; ')}`);
    return new ServerProcess(manifest.start, folder, options);
  };
  return { folder, name, manifest, problems, start };
}

async function readManifest(folder: string, name: string): Promise<ParsedManifest> {
  try {
    return parseManifest(await readFile(join(folder, 'server.json'), 'utf8'), name);
  } catch (error) {
    return { manifest: null, problems: [`server.json cannot be read: ${(error as Error).message}`] };
  }
}
