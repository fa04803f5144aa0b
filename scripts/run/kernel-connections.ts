import { fileText } from '../../servers/launch/file-text.ts';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * Counts the established connections whose local port is one of these in a table of proc_net_tcp(5): a line each, with
 * local address, remote address and state in hexadecimal. A line whose remote port is one of them as well stands with its
 * other end for one connection: a subscriber with an address of its own may have a server's port number.
 */
export function countEstablished(table: string, ports: readonly number[]): number {
  const hexPorts = ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
  const known = new Set(hexPorts);
  const established = new RegExp(`: [0-9A-F]+:(?:${hexPorts.join('|')}) [0-9A-F]+:([0-9A-F]{4}) 01 `, 'g');
  let ends = 0;
  for (const [, remotePort = ''] of table.matchAll(established)) ends += known.has(remotePort) ? 1 : 2;
  return ends / 2;
}

/**
 * Connections that the kernel of this network namespace holds open at these local ports of servers on this host, over
 * IPv4 and IPv6; null where there is no /proc. Exact only while no connection comes or goes: the kernel hands its table
 * out in pieces, and what moves between two of them is seen twice or not at all.
 */
export function kernelOpenConnections(ports: readonly number[]): number | null {
  // A kernel may be without IPv6.
  const tables = TABLES.map(fileText).filter((table) => table !== null);
  if (tables.length === 0) return null;
  return tables.reduce((sum, table) => sum + countEstablished(table, ports), 0);
}
