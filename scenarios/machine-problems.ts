import type { TransportId } from '../servers/contract/transports.ts';
import type { Cell, DeliveryCell, Phases, Plan } from './cell.ts';
import { connectionsWithin } from './estimate.ts';
import type { OfferedTransports } from './plan.ts';
import type { Problem } from './problems.ts';
import {
  connectionsPerProcess,
  descriptorsPerSubscriber,
  type MachineLimits,
  PORT_HELD_MS,
  type ProcessLayout,
  portsPerAddress,
  processLayout,
} from './process-layout.ts';

/** More processes than that would measure the scheduler of the machine. */
const PROCESSES_MAX = 64;
/** Every way between a server process and an address is told to every worker. */
const SOURCE_ADDRESSES_MAX = 1_024;
/** What is advised where it suffices: a common choice for servers with many connections. */
const OPEN_FILES_ADVISED = 65_536;

/**
 * What a subscriber takes in the server, the driver and the kernel together, and a process without any. Measured with
 * servers/fastify on Linux 6.18 on 2026-11-21, with an event every 2 s: MemAvailable fell by 2.07 GB for 50,000
 * subscribers of websocket and sse and eight processes, by 0.92 and 1.41 GB for 20,000 of polling and long-polling and six.
 */
const SUBSCRIBER_BYTES: Record<TransportId, number> = {
  polling: 32_000,
  'long-polling': 50_000,
  sse: 32_000,
  'http-stream': 32_000,
  websocket: 32_000,
};
const PROCESS_BYTES = 80_000_000;

/** What a cell wants of one resource that this machine does not have. */
interface Want {
  resource: string;
  /** The cell with the largest of all wants of this resource is named. */
  amount: number;
  cell: Cell;
  found: string;
  advice: string;
}

const thousands = (value: number) => value.toLocaleString('en-US');
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

function nameOf(cell: Cell): string {
  return cell.kind === 'delivery'
    ? `${cell.transport} with ${thousands(cell.subscribers)} subscribers`
    : `the request ceiling with ${thousands(cell.connections)} connections`;
}

function openFilesAdvice(perProcess: number): string {
  const limit = Math.max(OPEN_FILES_ADVISED, 2 ** Math.ceil(Math.log2(perProcess / 0.95)));
  return `raise the limit with \`ulimit -n ${limit}\` (the hard limit as root or in /etc/security/limits.conf), or lower subscribers`;
}

function wantsOpenFiles(cell: Cell, limits: MachineLimits): Want[] {
  const usable = connectionsPerProcess(limits);
  const [needed, processes] =
    cell.kind === 'delivery'
      ? [cell.subscribers * descriptorsPerSubscriber(cell), PROCESSES_MAX]
      : [cell.connections, 1]; // one load generator against one server process
  if (needed <= usable * processes) return [];
  const perProcess = Math.ceil(needed / processes);
  const found =
    limits.openFiles === null ? 'found no limit to read' : `found ${thousands(limits.openFiles)} per process`;
  const where = processes === 1 ? '' : `, even in ${processes} server processes`;
  return [
    {
      resource: 'open files',
      amount: perProcess,
      cell,
      found: `${found}, which leaves ${thousands(usable)} for connections; ${nameOf(cell)} needs ${thousands(perProcess)}${where}`,
      advice: openFilesAdvice(perProcess),
    },
  ];
}

function wantsPorts(cell: DeliveryCell, phases: Phases, layout: ProcessLayout, limits: MachineLimits): Want[] {
  const { system, chosen } = portsPerAddress(limits);
  const connections = connectionsWithin(cell, phases, PORT_HELD_MS);
  const perServer = Math.ceil(connections / layout.serverProcesses);
  const { low, high } = limits.localPorts ?? {};
  const found = low === undefined ? 'found no range to read' : `found the range ${low} to ${high}`;
  if (limits.hasLoopbackNetwork) {
    if (layout.sourceAddresses <= SOURCE_ADDRESSES_MAX) return [];
    const most = thousands(chosen * SOURCE_ADDRESSES_MAX);
    return [
      {
        resource: 'local ports',
        amount: connections,
        cell,
        found: `${found}, enough for ${most} connections from ${thousands(SOURCE_ADDRESSES_MAX)} loopback addresses; ${nameOf(cell)} opens ${thousands(connections)} within a minute`,
        advice:
          'widen it with `sysctl -w net.ipv4.ip_local_port_range="10000 65000"`, use keepAlive: true, or lower subscribers',
      },
    ];
  }
  if (perServer <= system) return [];
  return [
    {
      resource: 'local ports',
      amount: perServer,
      cell,
      found: `${found}, of which ${thousands(system)} connections to one server process can be made; ${nameOf(cell)} opens ${thousands(perServer)} within a minute, and only Linux has further loopback addresses without configuring them`,
      advice: 'run it on Linux, use keepAlive: true, or lower subscribers',
    },
  ];
}

function wantsMemory(cell: DeliveryCell, layout: ProcessLayout, limits: MachineLimits): Want[] {
  const available = limits.availableMemoryBytes;
  const processes = Math.min(PROCESSES_MAX, layout.serverProcesses) + Math.min(PROCESSES_MAX, layout.workers);
  // Beside servers and workers, the publisher and the coordinator.
  const needed = cell.subscribers * SUBSCRIBER_BYTES[cell.transport] + (processes + 2) * PROCESS_BYTES;
  if (available === null || needed <= available) return [];
  return [
    {
      resource: 'memory',
      amount: needed,
      cell,
      found: `found ${gigabytes(available)} available; ${nameOf(cell)} needs about ${gigabytes(needed)}`,
      advice: 'close other programs, use a machine with more memory, or lower subscribers',
    },
  ];
}

function wantsOf(cell: Cell, phases: Phases, limits: MachineLimits): Want[] {
  if (cell.kind === 'capacity') return wantsOpenFiles(cell, limits);
  const layout = processLayout(cell, phases, limits);
  return [
    ...wantsOpenFiles(cell, limits),
    ...wantsPorts(cell, phases, layout, limits),
    ...wantsMemory(cell, layout, limits),
  ];
}

/** Whether a machine has what a cell needs. Pure. */
export function machineSuffices(cell: Cell, phases: Phases, limits: MachineLimits): boolean {
  return wantsOf(cell, phases, limits).length === 0;
}

/**
 * Everything for which a machine does not suffice, a problem for each resource with the cell that needs most of it; none
 * when the plan can be run. Cells that would be skipped need nothing. Pure.
 */
export function machineProblems(plan: Plan, offered: OfferedTransports, limits: MachineLimits): Problem[] {
  const wants = plan.cells
    .filter((cell) => offered[cell.server]?.includes(cell.transport))
    .flatMap((cell) => wantsOf(cell, plan.phases, limits));
  return [...Map.groupBy(wants, (want) => want.resource)].map(([resource, all]) => {
    const most = all.reduce((a, b) => (b.amount > a.amount ? b : a));
    const others = all.length - 1;
    const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'cell' : 'cells'} too much)`;
    return { path: resource, line: null, column: null, found: `${most.found}${more}`, advice: most.advice };
  });
}
