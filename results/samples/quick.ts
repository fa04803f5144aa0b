import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { CapacityCell, DeliveryCell, PlannedTrial } from '../../scenarios/cell.ts';
import { deriveSeed, type Random, seededRandom } from '../../servers/contract/random.ts';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import { mergeCapacity } from '../merge-capacity.ts';
import { LatencyRecorder } from '../recording/latency.ts';
import { addTally, emptyTally, type Tally } from '../recording/tally.ts';
import type {
  CellResult,
  CompletedCapacityCell,
  CompletedCell,
  DeliveryResult,
  Estimate,
  LatencySummary,
  RunDocument,
  TrialResult,
} from '../run-document.ts';
import { type Model, models, SUBSCRIBERS } from './models.ts';

/*
 * Builds quick.json, the golden run document of schema version 1: the scenario `quick` as a run would write it, with
 * one cell failed, one skipped and one capacity cell. The figures are modelled and not measured, so that they never
 * change; the counters agree with each other and the histograms are real.
 */

const SEED = 1;
const TRIALS = [1, 2, 3, 4, 5];
const PAYLOAD_BYTES = 128;
const phases = { warmupMs: 500, measureMs: 2000, drainMs: 1000 };
// Events due in each phase of trial 1, 2 ...: a Poisson feed of 50 events/s, the same for all transports.
const WARMUP_EVENTS = [24, 27, 22, 26, 25];
const MEASURE_EVENTS = [97, 104, 99, 108, 101];

function deliveryCell(server: string, transport: TransportId): DeliveryCell {
  const options = {
    polling: { intervalMs: 250, keepAlive: true },
    'long-polling': { keepAlive: true },
    sse: {},
    'http-stream': {},
    websocket: {},
  };
  const transportOptions = options[transport];
  const tail = Object.entries(transportOptions).map(([key, value]) => `/${key}=${value}`);
  return {
    kind: 'delivery',
    id: `${server}/${transport}/subscribers=${SUBSCRIBERS}/eventsPerSec=50/payloadBytes=${PAYLOAD_BYTES}/schedule=poisson${tail.join('')}`,
    server,
    transport,
    subscribers: SUBSCRIBERS,
    eventsPerSec: 50,
    payloadBytes: PAYLOAD_BYTES,
    schedule: { kind: 'poisson' },
    transportOptions,
    serverOptions: {},
  };
}

const capacityCell: CapacityCell = {
  kind: 'capacity',
  id: 'fastify/capacity/polling/connections=32/durationMs=2000',
  server: 'fastify',
  transport: 'polling',
  connections: 32,
  durationMs: 2000,
};

function emptyHistogram(): Histogram {
  return build({ bitBucketSize: 32, autoResize: true, numberOfSignificantValueDigits: 3 });
}

const noInterval = (value: number): Estimate => ({ value, low: null, high: null });

function summarize(histogram: Histogram, estimate: (percentile: number) => Estimate): LatencySummary {
  return {
    count: histogram.totalCount,
    negativeCount: 0,
    min: histogram.minNonZeroValue,
    mean: Math.round(histogram.mean * 10) / 10,
    p50: estimate(50),
    p90: estimate(90),
    p99: histogram.totalCount >= 368 * SUBSCRIBERS ? estimate(99) : null,
    p999: null,
    max: histogram.maxValue,
    histogram: encodeIntoCompressedBase64(histogram),
  };
}

interface BuiltTrial {
  result: TrialResult;
  fromDue: Histogram;
  fromPublished: Histogram;
}

function usage(model: Model, wobble: number): Pick<DeliveryResult, 'serverUsage' | 'driverUsage' | 'subscription'> {
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    serverUsage: {
      cpuUsPerDelivery: round(model.serverCpuUs * wobble),
      rssBytes: 81_920_000 + Math.round(model.memoryBytes * SUBSCRIBERS * wobble),
      rssBytesPerSubscriber: Math.round(model.memoryBytes * wobble),
    },
    driverUsage: {
      cpuUsPerDelivery: round(model.driverCpuUs * wobble),
      eventLoopUtilization: round(0.06 + model.driverCpuUs / 200),
      rssBytes: 74_000_000,
      workers: 1,
    },
    subscription: {
      serverProcesses: 1,
      connectsPerSec: Math.round(2_500 / wobble),
      firstDeliveryUs: Math.round(6_000 * wobble),
      // 50 events/s for every subscriber.
      serverCpuUsPerSubscriberSec: round(model.serverCpuUs * wobble * 50),
      driverCpuUsPerSubscriberSec: round(model.driverCpuUs * wobble * 50),
      driverRssBytesPerSubscriber: Math.round(8_000 * wobble),
    },
  };
}

/** Everything of a result that follows from its tallies. */
function fromTallies(measure: Tally, warmup: Tally): Pick<DeliveryResult, 'deliveries' | 'bytes' | 'batching'> {
  const overhead = measure.receivedBytes + measure.sentBytes - measure.payloadBytes;
  const delivered = measure.deliveries + warmup.deliveries;
  return {
    deliveries: { expected: delivered, delivered, missing: 0, duplicated: 0, outOfOrder: 0, corrupted: 0 },
    bytes: {
      payload: measure.payloadBytes,
      received: measure.receivedBytes,
      sent: measure.sentBytes,
      overheadPerDelivery: overhead / measure.deliveries,
      ipPerDelivery: null,
      breakdown: {
        requestHeads: measure.requestHeadBytes,
        responseHeads: measure.responseHeadBytes,
        framing: overhead - measure.requestHeadBytes - measure.responseHeadBytes,
      },
    },
    batching: {
      eventsPerEnvelope: measure.deliveries / measure.envelopes,
      eventsPerRead: measure.deliveries / measure.reads,
    },
  };
}

function requests(transport: TransportId, tally: Tally): DeliveryResult['requests'] {
  return {
    count: tally.requests,
    empty: tally.emptyResponses,
    failed: 0,
    perDelivery: tally.requests / tally.deliveries,
    skippedPolls: 0,
    latenessUs: transport === 'polling' ? { p50: 410, p99: 1630, max: 2890 } : null,
  };
}

function publisher(events: number, trials: number): DeliveryResult['publisher'] {
  return {
    events,
    published: events,
    latenessUs: { p50: 61, p99: 97, max: 180 + 31 * trials },
    peakBacklogEvents: 0,
    feedSha256: deriveSeed(SEED, events).toString(16).padStart(8, '0').repeat(8),
    stoppedBecause: null,
  };
}

function validity(eventLoopUtilization: number): DeliveryResult['validity'] {
  return {
    ok: true,
    checks: [
      {
        name: 'conservation',
        ok: true,
        value: 0,
        limit: 'exactly 0 missing, duplicated, out of order or corrupted',
        advice: '',
      },
      { name: 'publisher-lateness', ok: true, value: 97, limit: 'p99 at most 1000 us', advice: '' },
      {
        name: 'driver-saturation',
        ok: true,
        value: eventLoopUtilization,
        limit: 'event loop utilization at most 0.7',
        advice: '',
      },
    ],
  };
}

function buildTrial(transport: TransportId, trial: number): BuiltTrial {
  const model = models[transport];
  const random: Random = seededRandom(deriveSeed(SEED, transportIds.indexOf(transport), trial));
  const wobble = 0.97 + 0.06 * random();
  const warmupEvents = WARMUP_EVENTS[trial - 1] as number;
  const measureEvents = MEASURE_EVENTS[trial - 1] as number;
  const fromDue = emptyHistogram();
  const fromPublished = emptyHistogram();
  for (let delivery = 0; delivery < measureEvents * SUBSCRIBERS; delivery++) {
    const latencyUs = Math.round(model.latencyUs(random) * wobble) + 90;
    fromDue.recordValue(latencyUs);
    fromPublished.recordValue(latencyUs - Math.round(50 + 30 * random()));
  }
  const measure = model.tally(warmupEvents + 1, measureEvents, phases.measureMs);
  const warmup = model.tally(1, warmupEvents, phases.warmupMs);
  const result: TrialResult = {
    trial,
    seed: deriveSeed(SEED, trial),
    incidents: {},
    startedAt: `2026-11-21T09:0${trial}:${10 + transportIds.indexOf(transport) * 8}.000Z`,
    connectMs: Math.round(40 * wobble),
    tallies: { connect: model.connect, warmup, measure, drain: emptyTally(), close: emptyTally() },
    latencyUs: summarize(fromDue, (percentile) => noInterval(fromDue.getValueAtPercentile(percentile))),
    latencyFromPublishedUs: summarize(fromPublished, (p) => noInterval(fromPublished.getValueAtPercentile(p))),
    ...fromTallies(measure, warmup),
    connections: { opened: SUBSCRIBERS, peak: SUBSCRIBERS, failed: 0, reconnected: 0 },
    requests: requests(transport, measure),
    ...usage(model, wobble),
    publisher: publisher(warmupEvents + measureEvents, trial),
    validity: validity(0.06 + model.driverCpuUs / 200),
  };
  return { result, fromDue, fromPublished };
}

function merged(trials: BuiltTrial[], pick: 'fromDue' | 'fromPublished'): LatencySummary {
  const all = emptyHistogram();
  for (const trial of trials) all.add(trial[pick]);
  return summarize(all, (percentile) => {
    const each = trials.map((trial) => trial[pick].getValueAtPercentile(percentile));
    return { value: all.getValueAtPercentile(percentile), low: Math.min(...each), high: Math.max(...each) };
  });
}

function sumOf(trials: BuiltTrial[], phase: 'warmup' | 'measure'): Tally {
  const sum = emptyTally();
  for (const { result } of trials) addTally(sum, result.tallies[phase]);
  return sum;
}

function completedCell(transport: TransportId): CompletedCell {
  const trials = TRIALS.map((trial) => buildTrial(transport, trial));
  const model = models[transport];
  const measure = sumOf(trials, 'measure');
  const latencyUs = merged(trials, 'fromDue');
  const events = [...WARMUP_EVENTS, ...MEASURE_EVENTS].reduce((sum, count) => sum + count, 0);
  const theoryMeanUs = transport === 'polling' ? 125_000 : null;
  return {
    outcome: 'completed',
    cell: deliveryCell('fastify', transport),
    phases,
    latencyUs,
    latencyFromPublishedUs: merged(trials, 'fromPublished'),
    ...fromTallies(measure, sumOf(trials, 'warmup')),
    connections: { opened: SUBSCRIBERS * TRIALS.length, peak: SUBSCRIBERS, failed: 0, reconnected: 0 },
    requests: requests(transport, measure),
    ...usage(model, 1),
    publisher: publisher(events, TRIALS.length),
    validity: validity(0.06 + model.driverCpuUs / 200),
    theory:
      theoryMeanUs === null
        ? []
        : [
            {
              quantity: 'mean latency, us',
              expected: theoryMeanUs,
              measured: latencyUs.mean as number,
              residual: (latencyUs.mean as number) - theoryMeanUs,
              tolerance: 3750,
              holds: true,
            },
          ],
    trials: trials.map((trial) => trial.result),
  };
}

function completedCapacity(): CompletedCapacityCell {
  const durationSec = capacityCell.durationMs / 1000;
  const trials = [14_210, 14_655, 14_402].map((requestsPerSec, index) => {
    const response = new LatencyRecorder();
    // Evenly from 0.6 to 1.4 times the mean that Little's law wants.
    const meanUs = (capacityCell.connections / requestsPerSec) * 1e6;
    const requests = requestsPerSec * durationSec;
    for (let request = 0; request < requests; request += 1) {
      response.record(meanUs * (0.6 + (0.8 * (request + 0.5)) / requests));
    }
    return {
      trial: index + 1,
      requests,
      requestsPerSec,
      receivedBytesPerRequest: 1791,
      errors: 0,
      response: response.data(),
      serverCpuUsPerRequest: [61.2, 60.4, 62.9][index] as number,
      driverCpuUsPerRequest: [10.4, 10.2, 10.9][index] as number,
      driverUtilization: 0.24,
    };
  });
  return mergeCapacity(capacityCell, trials);
}

function plannedTrials(cellIds: string[]): PlannedTrial[] {
  return TRIALS.flatMap((trial) => cellIds.map((cellId) => ({ cellId, trial, seed: deriveSeed(SEED, trial) })));
}

/** The golden run document, the same at every call. */
export function buildQuickSample(): RunDocument {
  const failed = deliveryCell('minimal', 'websocket');
  const skipped = deliveryCell('go', 'sse');
  const cells: CellResult[] = [
    ...transportIds.map(completedCell),
    {
      outcome: 'failed',
      cell: failed,
      trial: 2,
      reason: 'the server was ended by signal SIGKILL in the measure phase, 1.24 s after its start',
      stderrTail: 'listening on 127.0.0.1:40113\n100 subscribers\n',
    },
    { outcome: 'skipped', cell: skipped, reason: 'the server go requires the program "go", which is not on PATH' },
    completedCapacity(),
  ];
  const question = 'How should a server push small, frequent events to a hundred clients?';
  return {
    kind: 'transport-bench-run',
    schemaVersion: 1,
    id: '2026-11-21T09-00-58Z-quick',
    status: 'completed',
    startedAt: '2026-11-21T09:00:58.000Z',
    finishedAt: '2026-11-21T09:02:41.000Z',
    command: 'npm run bench -- run quick --seed 1',
    tool: { version: '0.1.0', gitCommit: '54d0c746f0a1b2c3d4e5f60718293a4b5c6d7e8f', gitDirty: false },
    environment: {
      cpuModel: 'Example CPU at 2.40 GHz',
      cpuCount: 2,
      memoryBytes: 25_769_803_776,
      os: 'linux x64',
      kernel: '6.1.0',
      nodeVersion: 'v26.10.0',
      packages: { fastify: '5.12.8', ws: '8.23.0' },
      limits: { openFiles: 20_000, localPorts: { low: 32_768, high: 60_999 }, acceptBacklog: 4096 },
      cpuGovernor: null,
      loadAverage1Min: 0.31,
    },
    scenario: {
      name: 'quick',
      question,
      yaml: `question: ${question}\nsubscribers: 100\neventsPerSec: 50\npayloadBytes: 128\n`,
    },
    plan: {
      scenario: 'quick',
      question,
      seed: SEED,
      trialsPerCell: TRIALS.length,
      phases,
      cells: cells.map((result) => result.cell),
      trials: plannedTrials(cells.map((result) => result.cell.id)),
      estimateMs: 104_000,
    },
    cells,
    warnings: [
      {
        code: 'cores-shared',
        message: 'Server, publisher and driver shared 2 processor cores.',
        advice:
          'Compare transports with each other within this run; for absolute figures use a machine with more cores.',
        cellIds: [],
      },
    ],
  };
}
