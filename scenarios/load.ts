import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suggestName } from './nearest.ts';
import { parseScenario } from './parse.ts';
import { ScenarioError } from './problems.ts';
import type { Scenario } from './schema.ts';

/** A scenario and where it came from. */
export interface LoadedScenario {
  scenario: Scenario;
  file: string;
  /** The text of the file, for the run document. */
  yaml: string;
}

const SHIPPED = import.meta.dirname;

// Thirty times the largest scenario that is shipped: whatever is larger is another kind of file.
const LARGEST_FILE_BYTES = 64 * 1024;

/** The names of the scenarios that come with the tool, in alphabetical order. */
export function listScenarios(): string[] {
  return readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/**
 * Loads a scenario by its name, or by a path: what contains a slash or ends in .yaml or .yml.
 * Throws a ScenarioError when there is no such scenario or the file cannot be used.
 */
export function loadScenario(nameOrPath: string): LoadedScenario {
  const isPath = /[/\\]|\.ya?ml$/.test(nameOrPath);
  if (!isPath && !listScenarios().includes(nameOrPath)) {
    throw unusable(
      `scenario ${JSON.stringify(nameOrPath)}`,
      'there is no scenario of this name',
      `${suggestName(nameOrPath, listScenarios())}; a path to a file contains a slash or ends in .yaml`,
    );
  }
  const file = isPath ? nameOrPath : join(SHIPPED, `${nameOrPath}.yaml`);
  const yaml = readText(file);
  return { scenario: parseScenario(yaml, file), file, yaml };
}

function readText(file: string): string {
  if (!existsSync(file))
    throw unusable(file, 'there is no such file', `known scenarios: ${listScenarios().join(', ')}`);
  const status = statSync(file);
  if (!status.isFile()) throw unusable(file, 'this is not a file', 'name a YAML file');
  if (status.size > LARGEST_FILE_BYTES) {
    throw unusable(file, `the file has ${status.size} bytes`, 'name a scenario file, which has a few hundred');
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw unusable(file, `the file cannot be read (${(error as NodeJS.ErrnoException).code})`, 'check its permissions');
  }
  if (!isUtf8(bytes)) throw unusable(file, 'the file is not UTF-8 text', 'save it as UTF-8');
  return bytes.toString('utf8');
}

function unusable(subject: string, found: string, advice: string): ScenarioError {
  return new ScenarioError(subject, [{ path: '', line: null, column: null, found, advice }]);
}
