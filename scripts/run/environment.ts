import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, version } from 'node:os';
import { join } from 'node:path';
import type { Environment, RunDocument } from '../../results/run-document.ts';
import type { MachineLimits } from '../../scenarios/process-layout.ts';
import { fileText } from '../../servers/launch/file-text.ts';

/** The project's root folder. */
export const projectFolder = join(import.meta.dirname, '..', '..');

/** Packages whose version changes what is measured. */
const MEASURED_PACKAGES = ['fastify', '@fastify/websocket', 'ws', 'hdr-histogram-js'];

function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, {
      cwd: projectFolder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null; // not a checkout, or no git
  }
}

function packageVersion(name: string): string | null {
  const text = fileText(join(projectFolder, 'node_modules', name, 'package.json'));
  return text === null ? null : (JSON.parse(text) as { version: string }).version;
}

/** The most files this process may have open; null where the system does not tell. */
export function openFilesLimit(): number | null {
  // Without /proc a shell knows: a child has the limit of its parent.
  const text = fileText('/proc/self/limits') ?? spawnSync('/bin/sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout;
  const limit = /^(?:Max open files\s+)?(\d+)/m.exec(text ?? '')?.[1];
  return limit === undefined ? null : Number(limit);
}

/** The range local ports of outgoing connections are taken from; null where the system does not tell. */
export function localPortRange(): { low: number; high: number } | null {
  const range = /^(\d+)\s+(\d+)$/.exec(fileText('/proc/sys/net/ipv4/ip_local_port_range') ?? '');
  return range === null ? null : { low: Number(range[1]), high: Number(range[2]) };
}

/** What bounds a run on this machine now. */
export function machineLimits(): MachineLimits {
  const isLinux = process.platform === 'linux';
  return {
    cores: availableParallelism(),
    openFiles: openFilesLimit(),
    localPorts: localPortRange(),
    // Elsewhere it leaves out what the system would free at need, and is far too low.
    availableMemoryBytes: isLinux ? process.availableMemory() : null,
    hasLoopbackNetwork: isLinux,
  };
}

/** The machine as it is now; what a run chooses is told by isolation.ts and publisher-priority.ts. */
export function readEnvironment(): Omit<Environment, 'network' | 'publisherPriority'> {
  const backlog = fileText('/proc/sys/net/core/somaxconn');
  const versions = MEASURED_PACKAGES.map((name) => [name, packageVersion(name)] as const);
  return {
    cpuModel: cpus()[0]?.model ?? null,
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${process.platform} ${process.arch}`,
    kernel: `${release()} ${version()}`,
    nodeVersion: process.version,
    packages: Object.fromEntries(versions.filter((entry): entry is [string, string] => entry[1] !== null)),
    limits: {
      openFiles: openFilesLimit(),
      localPorts: localPortRange(),
      acceptBacklog: backlog === null ? null : Number(backlog),
    },
    cpuGovernor: fileText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    loadAverage1Min: loadavg()[0] ?? 0,
  };
}

/** Which version of this tool is running. */
export function readTool(): RunDocument['tool'] {
  const status = git('status', '--porcelain');
  const { version: toolVersion } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  return {
    version: toolVersion,
    gitCommit: git('rev-parse', 'HEAD'),
    gitDirty: status === null ? null : status !== '',
  };
}
