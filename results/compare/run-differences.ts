import { formatBytes, formatChosenUs, formatCount } from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';

/**
 * What a difference between runs means. `machine`: absolute latency, processor time and memory may differ by it alone.
 * `load`: what was asked of the servers, or how long it was measured, was not the same. `code`: what was measured.
 */
export type DifferenceKind = 'machine' | 'load' | 'code';

/**
 * What a comparison makes of it. `note`: it is said. `relative`: absolute latency and processor time cannot be compared, so
 * they are as against the other transports of the same run. `incompatible`: what was measured is another thing.
 */
type DifferenceEffect = 'note' | 'relative' | 'incompatible';

/** Something in which runs differ besides their results. */
export interface RunDifference {
  kind: DifferenceKind;
  effect: DifferenceEffect;
  what: string;
  /** Of each run, in their order. */
  values: string[];
}

interface Property {
  kind: DifferenceKind;
  /** Left out: `note`. */
  effect?: DifferenceEffect;
  what: string;
  /** Null where the document does not know it. */
  read(document: RunDocument): string | null;
}

const ms = (value: number) => formatChosenUs(value * 1000);
const nodeMajor = (version: string) => version.replace(/^v/, '').split('.')[0] ?? version;

/** The commit of a run, short, and whether the tree had changes beside it; null when unknown. */
export function commitText({ gitCommit, gitDirty }: RunDocument['tool']): string | null {
  if (gitCommit === null) return null;
  return gitDirty === true ? `${gitCommit.slice(0, 12)}, with uncommitted changes` : gitCommit.slice(0, 12);
}

const properties: readonly Property[] = [
  { kind: 'machine', effect: 'relative', what: 'Processor', read: ({ environment }) => environment.cpuModel },
  {
    kind: 'machine',
    effect: 'relative',
    what: 'Cores, logical',
    read: ({ environment }) => formatCount(environment.cpuCount),
  },
  { kind: 'machine', what: 'Frequency governor', read: ({ environment }) => environment.cpuGovernor },
  { kind: 'machine', what: 'Memory', read: ({ environment }) => formatBytes(environment.memoryBytes) },
  { kind: 'machine', effect: 'incompatible', what: 'System', read: ({ environment }) => environment.os },
  { kind: 'machine', what: 'Kernel', read: ({ environment }) => environment.kernel },
  {
    kind: 'machine',
    effect: 'relative',
    what: 'Node.js, major version',
    read: ({ environment }) => nodeMajor(environment.nodeVersion),
  },
  {
    kind: 'machine',
    // Late events weigh on the long-polling of two cores tenfold.
    effect: 'incompatible',
    what: 'Priority of the publisher',
    read: ({ environment }) => environment.publisherPriority.class,
  },
  {
    kind: 'machine',
    effect: 'incompatible',
    what: 'Network namespace',
    read: ({ environment }) => environment.network.scope,
  },
  { kind: 'load', effect: 'incompatible', what: 'Scenario', read: ({ scenario }) => scenario.name },
  { kind: 'load', effect: 'incompatible', what: 'Warm-up', read: ({ plan }) => ms(plan.phases.warmupMs) },
  {
    kind: 'load',
    effect: 'incompatible',
    what: 'Measured in each trial',
    read: ({ plan }) => ms(plan.phases.measureMs),
  },
  { kind: 'load', what: 'Drain, at most', read: ({ plan }) => ms(plan.phases.drainMs) },
  { kind: 'load', what: 'Trials planned for each cell', read: ({ plan }) => formatCount(plan.trialsPerCell) },
  { kind: 'load', what: 'Seed, and so the feeds', read: ({ plan }) => String(plan.seed) },
  { kind: 'code', what: 'transport-bench', read: ({ tool }) => tool.version },
  { kind: 'code', what: 'Commit', read: ({ tool }) => commitText(tool) },
  { kind: 'code', what: 'Node.js', read: ({ environment }) => environment.nodeVersion },
];

function packageProperties(documents: readonly RunDocument[]): Property[] {
  const names = new Set(documents.flatMap(({ environment }) => Object.keys(environment.packages)));
  return [...names].map((name) => ({
    kind: 'code',
    what: `Package ${name}`,
    read: ({ environment }) => environment.packages[name] ?? null,
  }));
}

/** Everything besides the results in which runs differ, that could explain a difference of the results. */
export function runDifferences(documents: readonly RunDocument[]): RunDifference[] {
  return [...properties, ...packageProperties(documents)].flatMap(({ kind, effect = 'note', what, read }) => {
    const values = documents.map((document) => read(document) ?? 'unknown');
    return new Set(values).size > 1 ? [{ kind, effect, what, values }] : [];
  });
}
