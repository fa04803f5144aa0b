import { readdirSync } from 'node:fs';
import { fileText } from './file-text.ts';

/** CPU time, resident memory and write calls of a process and all its descendants at one moment. */
export interface ProcessUsage {
  cpuUs: number;
  rssBytes: number;
  /**
   * Calls of write, writev, pwrite and sendfile so far, to whatever file or socket: `syscw` of /proc/PID/io (proc(5)).
   * send, sendto and sendmsg are not among them, so a server that writes to its sockets by these has hardly any. null
   * where the system does not tell: a kernel without task I/O accounting, or a process of another user.
   */
  writeCalls: number | null;
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
    (fileText(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter((child) => child !== ''),
  );
  return [pid, ...children.flatMap((child) => treeOf(Number(child)))];
}

/** A sum of which one part is unknown is unknown. */
function sumOrUnknown(sum: number | null, part: number | null): number | null {
  return sum === null || part === null ? null : sum + part;
}

/** Of all threads of a process, those that have ended too, and of the children it has waited for. */
function writeCallsOf(pid: number): number | null {
  const calls = /^syscw: (\d+)$/m.exec(fileText(`/proc/${pid}/io`) ?? '')?.[1];
  return calls === undefined ? null : Number(calls);
}

/**
 * Usage of a process tree, or null where there is no /proc. CPU time is the sum of schedstat (nanoseconds) over
 * all threads; /proc/PID/stat counts in ticks of 10 ms, too coarse for a cell of two seconds.
 */
export function processUsage(pid: number): ProcessUsage | null {
  let cpuNs = 0;
  let rssBytes = 0;
  let writeCalls: number | null = 0;
  let seen = false;
  for (const member of treeOf(pid)) {
    for (const thread of threads(member)) {
      const schedstat = fileText(`/proc/${member}/task/${thread}/schedstat`);
      if (schedstat === null) continue;
      cpuNs += Number(schedstat.split(' ')[0]);
      seen = true;
    }
    const rssKb = /^VmRSS:\s+(\d+) kB/m.exec(fileText(`/proc/${member}/status`) ?? '');
    rssBytes += Number(rssKb?.[1] ?? 0) * 1024;
    writeCalls = sumOrUnknown(writeCalls, writeCallsOf(member));
  }
  return seen ? { cpuUs: cpuNs / 1000, rssBytes, writeCalls } : null;
}

/** The usage of several processes as if they were one; null when that of one of them is unknown. */
export function sumOfUsages(usages: readonly (ProcessUsage | null)[]): ProcessUsage | null {
  const none: ProcessUsage = { cpuUs: 0, rssBytes: 0, writeCalls: 0 };
  return usages.reduce<ProcessUsage | null>((sum, usage) => {
    if (sum === null || usage === null) return null;
    return {
      cpuUs: sum.cpuUs + usage.cpuUs,
      rssBytes: sum.rssBytes + usage.rssBytes,
      writeCalls: sumOrUnknown(sum.writeCalls, usage.writeCalls),
    };
  }, none);
}
