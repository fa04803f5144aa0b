import { defaultServerOptions, type ServerOptions } from '../contract/transports.ts';

/** What the harness said in the environment. */
export interface Configuration {
  host: string;
  /** 0: the system chooses one. */
  port: number;
  options: ServerOptions;
}

export type ParsedConfiguration = { ok: true; configuration: Configuration } | { ok: false; problems: string[] };

// The longest delay a Node timer keeps; a longer one would fire at once.
const MAX_TIMER_MS = 2 ** 31 - 1;

const optionNames = Object.keys(defaultServerOptions) as (keyof ServerOptions)[];

function isOptionName(key: string): key is keyof ServerOptions {
  return Object.hasOwn(defaultServerOptions, key);
}

function problemOfOption(key: keyof ServerOptions, value: unknown): string | null {
  const minimum = key === 'coalesceMs' ? 0 : 1;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < minimum) {
    const what = minimum === 0 ? '0 or a positive integer' : 'a positive integer';
    return `BENCH_OPTIONS: ${key} must be ${what}, got ${JSON.stringify(value)}`;
  }
  if (key.endsWith('Ms') && value > MAX_TIMER_MS) {
    return `BENCH_OPTIONS: ${key} must be at most ${MAX_TIMER_MS}, got ${value}`;
  }
  return null;
}

function parseOptions(json: string, problems: string[]): ServerOptions {
  const options = { ...defaultServerOptions };
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch (error) {
    problems.push(`BENCH_OPTIONS must be a JSON object, got ${JSON.stringify(json)}: ${(error as Error).message}`);
    return options;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    problems.push(`BENCH_OPTIONS must be a JSON object, got ${json}`);
    return options;
  }
  for (const [key, value] of Object.entries(given)) {
    if (!isOptionName(key)) {
      problems.push(
        `BENCH_OPTIONS: this server has no option ${JSON.stringify(key)}; it has ${optionNames.join(', ')}`,
      );
      continue;
    }
    const problem = problemOfOption(key, value);
    if (problem === null) options[key] = value as number;
    else problems.push(problem);
  }
  return options;
}

/** Reads BENCH_HOST, BENCH_PORT and BENCH_OPTIONS. Strict, and all problems at once. */
export function parseConfiguration(environment: NodeJS.ProcessEnv): ParsedConfiguration {
  const problems: string[] = [];
  const host = environment['BENCH_HOST'] ?? '127.0.0.1';
  if (host === '') problems.push('BENCH_HOST must be an address to listen on, got an empty string');
  const port = environment['BENCH_PORT'] ?? '0';
  if (!/^(0|[1-9]\d{0,4})$/.test(port) || Number(port) > 65_535) {
    problems.push(`BENCH_PORT must be an integer from 0 to 65535, got ${JSON.stringify(port)}`);
  }
  const options = parseOptions(environment['BENCH_OPTIONS'] ?? '{}', problems);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, configuration: { host, port: Number(port), options } };
}
