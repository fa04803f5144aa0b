import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Like mkdir -p. Node's own recursive mkdirSync never returns for a path below /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/**
 * Writes a file, and the folder it is in, first beside and then in place of an older one, so that whatever happens there is a
 * whole file. Throws the error of the system, and leaves the older file as it was.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const folder = dirname(path);
  makeFolder(folder);
  const beside = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeFileSync(beside, content);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
