import type { DeliveryCell, Phases } from './cell.ts';
import { connectionsWithin } from './estimate.ts';

/** What of a machine bounds a run. An input of planning, so that planning stays pure. Null where the system does not tell. */
export interface MachineLimits {
  cores: number;
  /** Files that one process may have open. */
  openFiles: number | null;
  /** Where local ports of outgoing connections are taken from, both ends included. */
  localPorts: { low: number; high: number } | null;
  availableMemoryBytes: number | null;
  /** Whether every address of 127.0.0.0/8 is there without being configured, as on Linux; otherwise 127.0.0.1 alone. */
  hasLoopbackNetwork: boolean;
}

/** The processes of one trial, beside the publisher, and where its connections come from. */
export interface ProcessLayout {
  serverProcesses: number;
  workers: number;
  /** Loopback addresses that connections come from; 1 is 127.0.0.1, chosen by the system itself. */
  sourceAddresses: number;
}

/** Assumed where the system does not tell: below what common systems allow a process. */
const OPEN_FILES_ASSUMED = 16_384;
/** Dynamic ports of RFC 6335 section 6, the smallest range in common use. */
const LOCAL_PORTS_ASSUMED = { low: 49_152, high: 65_535 };
/** Descriptors a process keeps for itself: its own files, and connections that are still being closed. */
const OPEN_FILES_RESERVE_MIN = 256;
const OPEN_FILES_RESERVE_SHARE = 0.05;

/** Below this, a second worker costs more than it brings. */
const SUBSCRIBERS_PER_WORKER_MIN = 1_000;

/** How long a closed connection keeps its port (TCP_TIMEWAIT_LEN of Linux). */
export const PORT_HELD_MS = 60_000;
/** Other programs take ports of the same range. */
const PORTS_SHARE = 0.9;
/**
 * The part of the range in which Linux finds a free port at once. A connection whose address the system chooses takes an
 * even port while there are any, and beyond half of the range each connect first looks through all even ones; a
 * chosen address takes an odd port of the lower half, and beyond a quarter looks through those. Measured on Linux
 * 6.18 with 28,232 ports: 35 us of CPU per connect up to connection 14,116 (or 7,058 of one chosen address), 670 (1,300)
 * us from the next on.
 */
const QUICK_SHARE_OF_SYSTEM = 1 / 2;
const QUICK_SHARE_OF_ADDRESS = 1 / 4;

/** How many connections one process can hold. */
export function connectionsPerProcess({ openFiles }: MachineLimits): number {
  const limit = openFiles ?? OPEN_FILES_ASSUMED;
  const reserve = Math.max(OPEN_FILES_RESERVE_MIN, Math.ceil(limit * OPEN_FILES_RESERVE_SHARE));
  return Math.max(0, limit - reserve);
}

/** Descriptors that a process needs for one subscriber: without keep-alive the old one may still be closing. */
export function descriptorsPerSubscriber({ transportOptions }: DeliveryCell): number {
  return 'keepAlive' in transportOptions && !transportOptions.keepAlive ? 2 : 1;
}

/** Local ports that connections to one server port may take from 127.0.0.1, and those of each further address. */
export function portsPerAddress({ localPorts, hasLoopbackNetwork }: MachineLimits): { system: number; chosen: number } {
  const { low, high } = localPorts ?? LOCAL_PORTS_ASSUMED;
  const usable = (high - low + 1) * PORTS_SHARE;
  return hasLoopbackNetwork
    ? { system: Math.floor(usable * QUICK_SHARE_OF_SYSTEM), chosen: Math.floor(usable * QUICK_SHARE_OF_ADDRESS) }
    : { system: Math.floor(usable), chosen: 0 };
}

/**
 * Worker processes for so many subscribers: all cores but one (the server's), fewer when few subscribers, and more where
 * one process could not hold its share.
 */
function workerCount(subscribers: number, cores: number, subscribersPerProcess: number): number {
  const wanted = Math.min(Math.max(1, cores - 1), Math.ceil(subscribers / SUBSCRIBERS_PER_WORKER_MIN));
  return Math.max(wanted, Math.ceil(subscribers / subscribersPerProcess));
}

/**
 * The processes that a trial of a cell takes on a machine: one server process unless its open files do not suffice, then
 * as few as do. Pure. Whether the machine can carry them is another question, see machine-problems.ts.
 */
export function processLayout(cell: DeliveryCell, phases: Phases, limits: MachineLimits): ProcessLayout {
  const { subscribers } = cell;
  const perProcess = Math.max(1, Math.floor(connectionsPerProcess(limits) / descriptorsPerSubscriber(cell)));
  const serverProcesses = Math.ceil(subscribers / perProcess);
  const connections = connectionsWithin(cell, phases, PORT_HELD_MS);
  const { system, chosen } = portsPerAddress(limits);
  // The ports of a chosen address are taken for all servers together, those the system chooses for each server port.
  const suffices = Math.ceil(connections / serverProcesses) <= system;
  return {
    serverProcesses,
    workers: workerCount(subscribers, limits.cores, perProcess),
    sourceAddresses: suffices || chosen === 0 ? 1 : Math.ceil(connections / chosen),
  };
}
