import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type TransportId, transportIds } from '../../contract/transports.ts';
import { loadsOf, measure } from './measure.ts';
import { Subject } from './subject.ts';

/**
 * What a delivery or an answer costs this server in CPU time, and what it costs simpler servers on the same framework:
 * `node servers/fastify/bench/cost.ts [--transports sse,websocket] [--rounds 9] [--subscribers 500]`. The table is
 * Markdown, for the README.
 *
 * All servers of a transport run side by side and are measured in turns, round by round, so that a change of the
 * machine's speed meets all of them.
 */
const servers = {
  naive: import.meta.resolve('./servers/naive.ts'),
  'encode once': import.meta.resolve('./servers/encode-once.ts'),
  'this server': import.meta.resolve('../server.ts'),
};
type ServerName = keyof typeof servers;
const serverNames = Object.keys(servers) as ServerName[];

/** Not counted: V8 compiles, and pages are touched for the first time. */
const WARM_UP_ROUNDS = 3;

interface Configuration {
  transports: TransportId[];
  roundCount: number;
  subscriberCount: number;
}

function configuration(): Configuration {
  const problems: string[] = [];
  const option = { type: 'string' } as const;
  const { values, tokens } = parseArgs({
    options: { transports: option, rounds: option, subscribers: option },
    strict: false,
    tokens: true,
  });
  const count = (name: 'rounds' | 'subscribers', otherwise: number, most: number): number => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 1 || value > most) {
      problems.push(`--${name} must be an integer from 1 to ${most}, got ${JSON.stringify(values[name])}`);
    }
    return value;
  };
  const names = String(values.transports ?? transportIds).split(',');
  const unknown = names.filter((name) => !transportIds.some((id) => id === name));
  if (unknown.length > 0) {
    problems.push(`--transports takes ${transportIds.join(', ')}; got ${unknown.map((name) => JSON.stringify(name))}`);
  }
  for (const token of tokens) {
    if (token.kind === 'option' && !['transports', 'rounds', 'subscribers'].includes(token.name)) {
      problems.push(`there is no option ${token.rawName}; there are --transports, --rounds and --subscribers`);
    }
    if (token.kind === 'positional') problems.push(`there is no argument ${JSON.stringify(token.value)}`);
  }
  const roundCount = count('rounds', 9, 1000);
  // A server and its subscribers are two processes, each with a socket for every subscriber.
  const subscriberCount = count('subscribers', 500, 10_000);
  if (!existsSync('/proc/self/task')) problems.push('CPU time is read from /proc, which this system does not have');
  if (problems.length > 0) {
    for (const problem of problems) console.error(problem);
    process.exit(2);
  }
  return { transports: transportIds.filter((id) => names.includes(id)), roundCount, subscriberCount };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.floor(sorted.length / 2)] ?? 0)) / 2;
}

/** Median and range. */
function summary(values: number[]): string {
  return `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
}

/** Measures all servers under all loads of a transport and prints a row for each load. */
async function compare(transport: TransportId, { roundCount, subscriberCount }: Configuration): Promise<void> {
  using stack = new DisposableStack();
  const subjects: [ServerName, Subject][] = [];
  for (const name of serverNames) {
    subjects.push([name, stack.use(await Subject.start(servers[name], transport, subscriberCount))]);
  }
  const loads = loadsOf[transport].map((load) => ({
    load,
    costsUs: { naive: [], 'encode once': [], 'this server': [] } as Record<ServerName, number[]>,
  }));
  for (let round = 1 - WARM_UP_ROUNDS; round <= roundCount; round += 1) {
    for (const { load, costsUs } of loads) {
      for (const [name, subject] of subjects) {
        const costUs = await measure(subject, load);
        if (round > 0) costsUs[name].push(costUs);
      }
    }
  }
  for (const { load, costsUs } of loads) {
    const own = costsUs['this server'];
    const ratio = median(costsUs.naive.map((costUs, round) => costUs / (own[round] ?? 0)));
    const cells = [transport, load.name, ...serverNames.map((name) => summary(costsUs[name])), ratio.toFixed(2)];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

const chosen = configuration();
console.log(`| transport | CPU us of the server for | ${serverNames.join(' | ')} | naive / this server |`);
console.log(`|---|---|${'---|'.repeat(serverNames.length + 1)}`);
for (const transport of chosen.transports) await compare(transport, chosen);
