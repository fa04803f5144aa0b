import { basename } from 'node:path';
import type { z } from 'zod';
import { findConflicts } from './checks.ts';
import { suggestName } from './nearest.ts';
import { readThresholds } from './planned-thresholds.ts';
import { describeValue, formatPath, type Problem, ScenarioError } from './problems.ts';
import { type Scenario, scenarioSchema } from './schema.ts';
import { readYaml, type YamlInput } from './yaml-input.ts';

type Path = readonly PropertyKey[];

/**
 * Reads the text of a scenario file. `file` is its path or name: it is named in errors, and the scenario is called
 * like it, without folder and ending. Throws a ScenarioError with all problems of the text, in the order of the file.
 */
export function parseScenario(text: string, file: string): Scenario {
  const name = basename(file).replace(/\.ya?ml$/, '');
  const input = readYaml(text);
  const problems = [...input.problems];
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    problems.push({
      path: '',
      line: null,
      column: null,
      found: `the scenario would be called ${JSON.stringify(name)}, which becomes part of file names`,
      advice: 'name the file with letters, digits, dots, hyphens and underscores only',
    });
  }
  if (!input.readable) throw new ScenarioError(file, problems);

  const { data } = input;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const found = data === null ? 'the file is empty' : describeValue(data);
    const advice = 'write a map of keys, as in the scenarios that come with the tool; the first key is question';
    throw new ScenarioError(file, [...problems, { path: '', ...input.positionOf([]), found, advice }]);
  }

  const result = scenarioSchema.safeParse(data);
  if (!result.success) problems.push(...result.error.issues.flatMap((issue) => problemsOf(issue, [], input)));
  const { thresholds, conflicts } = readThresholds(data as Record<string, unknown>, name);
  for (const { path, found, advice } of [...findConflicts(data as Record<string, unknown>), ...conflicts]) {
    problems.push({ path: formatPath(path), ...input.positionOf(path), found, advice });
  }
  if (!result.success || problems.length > 0) {
    problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
    throw new ScenarioError(file, problems);
  }
  return { name, ...result.data, thresholds };
}

/** What the schema found, as problems at their places. `parent` is the path that the issue's own path continues. */
function problemsOf(issue: z.core.$ZodIssue, parent: Path, input: YamlInput): Problem[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    // The message is the list of the known keys, see schema.ts.
    const known = issue.message === '' ? [] : issue.message.split(', ');
    return issue.keys.map((key) => ({
      path: formatPath([...path, key]),
      ...input.positionOfKey(path, key),
      found: 'unknown key',
      advice: suggestName(key, known),
    }));
  }
  const value = valueAt(input.data, path);
  if (issue.code === 'invalid_union') {
    // The branch of the right shape, if there is one, says more exactly what is wrong inside it.
    const inside = issue.errors.find((branch) => !branch.some(isWrongShape));
    if (inside !== undefined) return inside.flatMap((inner) => problemsOf(inner, path, input));
  }
  const unknownName = issue.code === 'invalid_value' && typeof value === 'string';
  return [
    {
      path: formatPath(path),
      ...input.positionOf(path),
      found: describeValue(value),
      advice: unknownName ? suggestName(value, issue.values.map(String)) : issue.message,
    },
  ];
}

function isWrongShape(issue: z.core.$ZodIssue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
