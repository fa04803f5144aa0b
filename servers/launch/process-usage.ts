import { readdirSync, readFileSync } from 'node:fs';

/** CPU time and resident memory of a process and all its descendants at one moment. */
export interface ProcessUsage {
  cpuUs: number;
  rssBytes: number;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null; // the process or thread ended between two reads
  }
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function treeOf(pid: number): number[] {
  const children = threads(pid).flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter((child) => child !== ''),
  );
  return [pid, ...children.flatMap((child) => treeOf(Number(child)))];
}

/**
 * Usage of a process tree, or null where there is no /proc. CPU time is the sum of schedstat (nanoseconds) over
 * all threads; /proc/PID/stat counts in ticks of 10 ms, too coarse for a cell of two seconds.
 */
export function processUsage(pid: number): ProcessUsage | null {
  let cpuNs = 0;
  let rssBytes = 0;
  let seen = false;
  for (const member of treeOf(pid)) {
    for (const thread of threads(member)) {
      const schedstat = read(`/proc/${member}/task/${thread}/schedstat`);
      if (schedstat === null) continue;
      cpuNs += Number(schedstat.split(' ')[0]);
      seen = true;
    }
    const rssKb = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${member}/status`) ?? '');
    rssBytes += Number(rssKb?.[1] ?? 0) * 1024;
  }
  return seen ? { cpuUs: cpuNs / 1000, rssBytes } : null;
}
