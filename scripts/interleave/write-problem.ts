import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Content, since a file without any can be made on a full disk. */
const PROBE = 'x'.repeat(65_536);

/** Why nothing can be written to a folder, such as a full disk; null when it can. */
export function writeProblem(folder: string): string | null {
  const probe = join(folder, 'probe.tmp');
  try {
    writeFileSync(probe, PROBE);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(probe, { force: true });
  }
}
