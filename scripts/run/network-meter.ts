import { setTimeout as sleep } from 'node:timers/promises';
import type { KernelCounts } from '../../results/network.ts';
import type { NetworkCounts, NetworkScope } from '../../results/traffic.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import { fileText } from '../../servers/launch/file-text.ts';
import { tcpCounter } from './tcp-counter.ts';

/** What loopback has carried since it came up. */
interface LoopbackCounters {
  packets: number;
  /** From the IP header on: the kernel counts a packet of loopback without its Ethernet header. */
  ipBytes: number;
}

/** Loopback, and what TCP has sent again in this network namespace since it began. */
interface Counters extends LoopbackCounters {
  retransmissions: number;
}

/** What loopback carries while the run is quiet. Both null where it is not measured. */
export type NetworkBackground = Pick<NetworkCounts, 'backgroundPacketsPerSec' | 'backgroundBytesPerSec'>;

const UNKNOWN: NetworkBackground = { backgroundPacketsPerSec: null, backgroundBytesPerSec: null };
const BACKGROUND_MS = 500;

/** Received bytes and packets of `lo` in /proc/net/dev, proc_pid_net(5); what loopback sends, it receives. */
export function parseLoopbackCounters(text: string): LoopbackCounters | null {
  const fields = /^ *lo: *(\d+) +(\d+) /m.exec(text);
  return fields === null ? null : { ipBytes: Number(fields[1]), packets: Number(fields[2]) };
}

function read(): Counters | null {
  const loopback = parseLoopbackCounters(fileText('/proc/net/dev') ?? '');
  const retransmissions = tcpCounter(fileText('/proc/net/snmp') ?? '', 'Tcp', 'RetransSegs');
  return loopback === null || retransmissions === null ? null : { ...loopback, retransmissions };
}

/**
 * Measures for half a second, on the host's loopback, what other programs send there; to be called before the first trial,
 * while this run opens no connection. In a private namespace there is nobody else, and nothing is measured.
 */
export async function measureBackground(scope: NetworkScope): Promise<NetworkBackground> {
  if (scope === 'private') return UNKNOWN;
  const [before, beganUs] = [read(), nowUs()];
  if (before === null) return UNKNOWN;
  await sleep(BACKGROUND_MS);
  const [after, seconds] = [read(), (nowUs() - beganUs) / 1e6];
  if (after === null) return UNKNOWN;
  return {
    backgroundPacketsPerSec: (after.packets - before.packets) / seconds,
    backgroundBytesPerSec: (after.ipBytes - before.ipBytes) / seconds,
  };
}

/**
 * Counts the packets and IP bytes of loopback between two moments, in the network namespace of this process. On the
 * host's loopback these contain what other programs sent there; the background says how much that may be, and is
 * subtracted from nothing.
 */
export class NetworkMeter {
  readonly #scope: NetworkScope;
  readonly #background: NetworkBackground;
  #before: Counters | null = null;
  #after: Counters | null = null;

  constructor(scope: NetworkScope, background: NetworkBackground) {
    this.#scope = scope;
    this.#background = background;
  }

  /** All subscribers are connected and nothing is under way. */
  begin(): void {
    this.#before = read();
  }

  /** All is delivered and acknowledged. */
  end(): void {
    this.#after = read();
  }

  /** Null where the system does not tell, or one of the moments was not reached. */
  counts(): Omit<KernelCounts, 'serverWriteCalls'> | null {
    const [before, after] = [this.#before, this.#after];
    if (before === null || after === null) return null;
    return {
      scope: this.#scope,
      packets: after.packets - before.packets,
      ipBytes: after.ipBytes - before.ipBytes,
      retransmissions: after.retransmissions - before.retransmissions,
      ...this.#background,
    };
  }
}
