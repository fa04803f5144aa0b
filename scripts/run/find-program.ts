import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Not on the PATH of every user, and `ip` is there. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** The path of a program of the system, from PATH and then the usual folders; null when it is not installed. */
export function findProgram(program: string): string | null {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...SYSTEM_FOLDERS,
  ];
  for (const folder of folders) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not there
    }
  }
  return null;
}
