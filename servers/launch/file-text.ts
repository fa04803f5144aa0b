import { readFileSync } from 'node:fs';

/**
 * The text of a file without the blanks at its ends; null when it cannot be read. Of /proc and /sys that is so on other
 * systems, in kernels without the file, and when a process has ended meanwhile.
 */
export function fileText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
