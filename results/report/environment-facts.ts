import { formatBytes, formatCount, significant } from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';

/** The machine, its limits and the versions, by name; null where something could not be read. */
export function environmentFacts(document: RunDocument): [name: string, value: string | null][] {
  const { environment: machine, tool, plan } = document;
  const { openFiles, localPorts, acceptBacklog } = machine.limits;
  const dirty = tool.gitDirty === true ? ', with uncommitted changes' : '';
  const packages = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`);
  return [
    ['Processor', `${machine.cpuModel ?? 'unknown model'}, ${machine.cpuCount} logical`],
    ['Frequency governor', machine.cpuGovernor],
    ['Memory', formatBytes(machine.memoryBytes)],
    ['System', `${machine.os}, kernel ${machine.kernel}`],
    ['Load before the run, 1 min', significant(machine.loadAverage1Min)],
    ['Node.js', machine.nodeVersion],
    ['Packages', packages.length === 0 ? null : packages.join(', ')],
    ['Open files, limit', openFiles === null ? null : formatCount(openFiles)],
    ['Local ports', localPorts === null ? null : `${localPorts.low} to ${localPorts.high}`],
    ['Accept backlog, limit', acceptBacklog === null ? null : formatCount(acceptBacklog)],
    ['Network', machine.network.reason],
    ['Priority of the publisher', `${machine.publisherPriority.class}: ${machine.publisherPriority.reason}`],
    ['transport-bench', `${tool.version}, commit ${tool.gitCommit ?? 'unknown'}${dirty}`],
    ['Seed', String(plan.seed)],
    ['Started', document.startedAt],
    ['Finished', document.finishedAt ?? 'not finished'],
  ];
}
