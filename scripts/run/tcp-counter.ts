/**
 * A counter of /proc/net/snmp or /proc/net/netstat, proc_pid_net(5): each protocol has a line of names, and a line of
 * numbers. Null when it is not there.
 */
export function tcpCounter(text: string, protocol: 'Tcp' | 'TcpExt', name: string): number | null {
  const [names, values] = text
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}:`))
    .map((line) => line.split(' '));
  const count = values?.[names?.indexOf(name) ?? -1];
  return count === undefined ? null : Number(count);
}
