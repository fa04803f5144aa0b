import type { MachineUsage } from '../../results/resource-usage.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import { fileText } from '../../servers/launch/file-text.ts';
import { processUsage } from '../../servers/launch/process-usage.ts';
import { tcpCounter } from './tcp-counter.ts';

interface CpuTicks {
  cores: number;
  total: number;
  /** Spent in programs, in user mode or in the kernel on their behalf; interrupts are not in it. */
  programs: number;
  idle: number;
  stolen: number;
}

/** The machine at one moment, with the CPU time of this process and all that it started. */
interface Sample {
  ticks: CpuTicks;
  atUs: number;
  ownCpuUs: number;
}

function sample(): Sample | null {
  const ticks = parseCpuTicks(fileText('/proc/stat') ?? '');
  const own = processUsage(process.pid);
  const ended = parseEndedChildrenUs(fileText('/proc/self/stat') ?? '');
  if (ticks === null || own === null || ended === null) return null;
  return { ticks, atUs: nowUs(), ownCpuUs: own.cpuUs + ended };
}

/** USER_HZ of the kernel's interfaces, which is 100 on every architecture that Node runs on. */
const TICK_US = 10_000;

/**
 * CPU time of the children that have ended and been waited for: cutime and cstime of proc_pid_stat(5). Without it the
 * whole time of a process that ends between two samples, as the publisher does, would seem to be taken back.
 */
export function parseEndedChildrenUs(stat: string): number | null {
  // The second field is the name in parentheses, which may hold blanks; the third follows the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [cutime, cstime] = [fields[16 - 3], fields[17 - 3]];
  return cutime === undefined || cstime === undefined ? null : (Number(cutime) + Number(cstime)) * TICK_US;
}

/** The first line of /proc/stat, proc_stat(5): user nice system idle iowait irq softirq steal; guests are within user. */
export function parseCpuTicks(stat: string): CpuTicks | null {
  const fields = /^cpu +([\d ]+)$/m.exec(stat)?.[1]?.split(' ').map(Number).slice(0, 8) ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, , , stolen = 0] = fields;
  const cores = stat.match(/^cpu\d+ /gm)?.length ?? 0;
  if (fields.length < 8 || cores === 0) return null;
  const total = fields.reduce((sum, ticks) => sum + ticks, 0);
  return { cores, total, programs: user + nice + system, idle: idle + iowait, stolen };
}

/** Connections that a listening socket could not take because its accept queue was full, since the system started. */
export function parseAcceptQueueOverflows(netstat: string): number | null {
  return tcpCounter(netstat, 'TcpExt', 'ListenOverflows');
}

const overflows = () => parseAcceptQueueOverflows(fileText('/proc/net/netstat') ?? '');

/**
 * The machine over one trial: its cores over the measure phase, its accept queues over all phases. Counts everything
 * that runs on it, and knows nothing where there is no /proc.
 */
export class MachineMeter {
  readonly #overflowsBefore = overflows();
  #before: Sample | null = null;
  #after: Sample | null = null;

  /** To be told of every phase as it begins. */
  phase(name: string): void {
    if (name === 'measure') this.#before = sample();
    if (name === 'drain') this.#after = sample();
  }

  /** Null where the system does not tell, or the measure phase was not passed. */
  usage(): MachineUsage | null {
    const [before, after, overflowsAfter] = [this.#before, this.#after, overflows()];
    if (before === null || after === null || this.#overflowsBefore === null || overflowsAfter === null) return null;
    const { cores } = after.ticks;
    const total = Math.max(1, after.ticks.total - before.ticks.total);
    const coresIn = (part: 'programs' | 'idle' | 'stolen') =>
      ((after.ticks[part] - before.ticks[part]) / total) * cores;
    const ownCores = (after.ownCpuUs - before.ownCpuUs) / (after.atUs - before.atUs);
    return {
      cores,
      idleCores: coresIn('idle'),
      ownCores,
      // Two counters that round differently: a little less than nothing is nothing.
      otherCores: Math.max(0, coresIn('programs') - ownCores),
      stolenCores: coresIn('stolen'),
      acceptQueueOverflows: overflowsAfter - this.#overflowsBefore,
    };
  }
}
