import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compact } from '../../results/report/compact.ts';
import { renderHtml } from '../../results/report/html.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { makeFolder, replaceFile } from '../replace-file.ts';

/** What a folder of results is called that is made at this moment: the time in UTC, without what file names may not have. */
export function folderName(moment: Date, what: string): string {
  return `${moment
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')}-${what}`;
}

/**
 * The folder a run writes to. The document is written anew after every trial, first beside and then in place of the
 * old one, so that whatever happens there is a whole document of what was measured until then.
 */
export class RunFolder {
  readonly path: string;
  readonly documentPath: string;
  readonly reportPath: string;
  readonly #failures = new Map<string, string>();

  /** Makes the folder. Throws an Error for people when it cannot be written to or already holds a run. */
  constructor(path: string) {
    this.path = resolve(path);
    this.documentPath = join(this.path, 'run.json');
    this.reportPath = join(this.path, 'report.html');
    try {
      makeFolder(this.path);
      accessSync(this.path, constants.W_OK);
      const probe = join(this.path, 'probe.tmp');
      writeFileSync(probe, '');
      rmSync(probe);
    } catch (error) {
      throw new Error(
        `the output folder ${this.path} cannot be written to (${(error as Error).message}); choose another with --out`,
      );
    }
    if (existsSync(this.documentPath)) {
      throw new Error(`${this.path} already holds a run; choose another folder with --out, or remove its run.json`);
    }
  }

  /** Files whose last write did not succeed, with the reason. A run goes on without them: its result is still printed. */
  get failures(): string[] {
    return [...this.#failures.values()];
  }

  writeDocument(document: RunDocument): void {
    this.#write(this.documentPath, `${JSON.stringify(document, null, 1)}\n`);
  }

  writeReport(document: RunDocument): void {
    this.#write(this.reportPath, compact(renderHtml(document)));
  }

  #write(path: string, text: string): void {
    try {
      replaceFile(path, text);
      this.#failures.delete(path);
    } catch (error) {
      const older = existsSync(path) ? '; what stands there is from an earlier moment of the run' : '';
      this.#failures.set(path, `${path} could not be written: ${(error as Error).message}${older}`);
    }
  }
}
