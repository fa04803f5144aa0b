import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What `run`, `baseline save` and people call their documents. */
const RUN_FILE = /(?:\.json|\.json\.gz|^report\.html)$/;

/** The same in words. */
export const RUN_FILE_NAMES = '*.json, *.json.gz or report.html';

/** Of a link, what it leads to; a link to nowhere is a file that cannot be read, and is to be named. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}

/**
 * The files in a folder, and in the folders within, that by their names hold run documents, in the order of their paths. Hidden
 * folders and installed packages are passed over. Throws the error of the system when a folder cannot be read.
 */
export function findRunFiles(folder: string): string[] {
  const found: string[] = [];
  const search = (path: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const { name } = entry;
      const inner = join(path, name);
      if (entry.isDirectory()) {
        if (!name.startsWith('.') && name !== 'node_modules') search(inner);
      } else if (RUN_FILE.test(name) && isFile(inner)) found.push(inner);
    }
  };
  search(folder);
  return found.sort();
}
