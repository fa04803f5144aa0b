import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { countPushes, PUSH_BYTES, PUSHES } from './fixtures/count-pushes.ts';
import { possibleNetwork } from './isolation.ts';
import { measureBackground, NetworkMeter, parseLoopbackCounters } from './network-meter.ts';

const onLinux = process.platform === 'linux';
const possible = possibleNetwork().scope === 'private';
if (!possible) console.log('skipped: the exact count of packets, which takes a private network namespace');

describe('parseLoopbackCounters', () => {
  it('takes received bytes and packets of lo, and of no other interface', () => {
    const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
  eth0:    7111      12    0    0    0     0          0         0     8222      13    0    0    0     0       0          0
    lo:123456789012 4321 0 0 0 0 0 0 99 88 0 0 0 0 0 0
`;
    expect(parseLoopbackCounters(text)).toEqual({ ipBytes: 123_456_789_012, packets: 4_321 });
    expect(parseLoopbackCounters('  xlo: 1 2 3\n')).toBeNull();
  });
});

describe.runIf(onLinux)('NetworkMeter', () => {
  it('counts at least what was sent on the host’s loopback, and states the background', async () => {
    const background = await measureBackground('host');
    const meter = new NetworkMeter('host', background);
    expect(meter.counts()).toBeNull();
    await countPushes(meter);
    const counts = meter.counts();
    expect(counts).toMatchObject({ scope: 'host', ...background });
    expect(counts?.packets).toBeGreaterThanOrEqual(PUSHES);
    expect(counts?.ipBytes).toBeGreaterThanOrEqual(PUSHES * (PUSH_BYTES + 40));
    expect(background.backgroundPacketsPerSec).toBeGreaterThanOrEqual(0);
    expect(background.backgroundBytesPerSec).toBeGreaterThanOrEqual(0);
  });

  it('measures no background in a private namespace', async () => {
    expect(await measureBackground('private')).toEqual({ backgroundPacketsPerSec: null, backgroundBytesPerSec: null });
  });

  it.runIf(possible)('counts exactly what was sent in a private namespace: a packet of data, a packet of ACK', () => {
    const program = `
      import { countPushes } from ${JSON.stringify(import.meta.resolve('./fixtures/count-pushes.ts'))};
      import { NetworkMeter } from ${JSON.stringify(import.meta.resolve('./network-meter.ts'))};
      const meter = new NetworkMeter('private', { backgroundPacketsPerSec: null, backgroundBytesPerSec: null });
      await countPushes(meter);
      console.log(JSON.stringify(meter.counts()));
    `;
    const script = 'ip link set lo up && exec "$0" "$@"';
    const node = [process.execPath, '--input-type=module', '-e', program];
    const { stdout, stderr } = spawnSync('unshare', ['-rn', 'sh', '-c', script, ...node], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { packets, ipBytes } = JSON.parse(stdout);
    expect(packets).toBe(2 * PUSHES);
    // IPv4 and TCP with time stamps: 52 bytes of each packet. No Ethernet header.
    expect(ipBytes).toBe(PUSHES * PUSH_BYTES + 52 * packets);
  });
});
