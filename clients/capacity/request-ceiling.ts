import autocannon from 'autocannon';

/** What to load, as JSON in the only argument of this process. */
export interface CeilingConfig {
  url: string;
  connections: number;
  warmupMs: number;
  durationMs: number;
}

/** The only line on stdout. Requests and bytes alone: autocannon's latencies are whole milliseconds, too coarse to use. */
export interface CeilingResult {
  /** Requests answered with 2xx. */
  requests: number;
  durationMs: number;
  receivedBytes: number;
  /** Requests that failed, timed out or were answered otherwise. */
  errors: number;
}

/**
 * The request ceiling of an endpoint: autocannon's closed loop, every connection asking again as soon as it is
 * answered. A process of its own, so that it neither slows the coordinator nor is slowed by it.
 */
async function measureCeiling({ url, connections, warmupMs, durationMs }: CeilingConfig): Promise<CeilingResult> {
  await autocannon({ url, connections, duration: warmupMs / 1000 });
  const result = await autocannon({ url, connections, duration: durationMs / 1000 });
  return {
    requests: result['2xx'],
    durationMs: result.duration * 1000,
    receivedBytes: result.throughput.total,
    errors: result.errors + result.timeouts + result.non2xx,
  };
}

// Ctrl-C in a terminal reaches the whole process group; the coordinator decides when this process ends.
process.on('SIGINT', () => {});
// The coordinator is gone.
process.stdin.on('end', () => process.exit(1)).resume();
const result = await measureCeiling(JSON.parse(process.argv[2] ?? '') as CeilingConfig);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
