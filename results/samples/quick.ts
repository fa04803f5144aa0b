import type { CapacityCell, DeliveryCell, PlannedTrial } from '../../scenarios/cell.ts';
import { feedOf } from '../../scenarios/feed-of.ts';
import { deriveSeed, seededRandom } from '../../servers/contract/random.ts';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import { describeFeed } from '../../servers/feed/event-lines.ts';
import type { CompletedCapacityCell } from '../capacity-result.ts';
import { comparisonsOf } from '../comparisons.ts';
import type { CompletedCell, MeasuredTrial } from '../delivery-result.ts';
import { mergeCapacity } from '../merge-capacity.ts';
import { CellTrials, mergeTrials, type TrialRecord } from '../merge-trials.ts';
import { feedTally } from '../network.ts';
import { EventSpreadRecorder } from '../recording/event-spread.ts';
import { LatencyRecorder } from '../recording/latency.ts';
import { LatencyWindowsRecorder } from '../recording/latency-windows.ts';
import { addTally, emptyTally, type Phase, phases as phaseNames, type TallyByPhase } from '../recording/tally.ts';
import { type CellResult, type RunDocument, SCHEMA_VERSION } from '../run-document.ts';
import { sampleAnatomy } from './anatomy.ts';
import { AUTHORITY, models, PAYLOAD_BYTES, POLL_INTERVAL_US, responseHeads, SUBSCRIBERS } from './models.ts';
import { StepTallies } from './step-tallies.ts';

/*
 * Builds quick.json, the golden run document: the scenario `quick` as a run would write it, with
 * one cell failed, one skipped and one capacity cell. The figures are modelled and not measured, so that they never
 * change; the counters agree with each other and the histograms are real.
 */

const SEED = 1;
const TRIALS = [1, 2, 3, 4, 5, 6];
const phases = { warmupMs: 500, measureMs: 2000, drainMs: 1000 };

function deliveryCell(server: string, transport: TransportId): DeliveryCell {
  const options = {
    polling: { intervalMs: POLL_INTERVAL_US / 1000, keepAlive: true },
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
    headers: 'bare',
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

/** Phases of a feed whose times are relative to its start. */
function phaseAt(atUs: number): Phase {
  if (atUs < phases.warmupMs * 1000) return 'warmup';
  return atUs < (phases.warmupMs + phases.measureMs) * 1000 ? 'measure' : 'drain';
}

/** One trial of a transport as a worker, a publisher and a kernel would have recorded it. */
function trialRecord(cell: DeliveryCell, trial: number): TrialRecord {
  const model = models[cell.transport];
  const seed = deriveSeed(SEED, trial);
  const random = seededRandom(deriveSeed(SEED, transportIds.indexOf(cell.transport), trial));
  const pace = 0.97 + 0.06 * random();
  const dueUs = dueTimesUs(feedOf(cell, phases, seed));
  const measuredEvents = dueUs.filter((atUs) => phaseAt(atUs) === 'measure').length;
  const firstMeasuredSeq = dueUs.length - measuredEvents + 1;

  const tallies = Object.fromEntries(phaseNames.map((phase) => [phase, emptyTally()])) as TallyByPhase;
  addTally(tallies.connect, model.connect);
  const [fromDue, fromPublished, lateness] = [new LatencyRecorder(), new LatencyRecorder(), new LatencyRecorder()];
  const windows = new LatencyWindowsRecorder(firstMeasuredSeq, measuredEvents);
  const spread = new EventSpreadRecorder(firstMeasuredSeq, measuredEvents);
  const steps = new StepTallies(phaseAt);
  let lastUs = 0;
  model.play(dueUs, pace, random, {
    tallyAt: (atUs) => steps.at(atUs),
    delivered: (seq, atUs) => {
      lastUs = Math.max(lastUs, atUs);
      if (seq < firstMeasuredSeq) return;
      const latencyUs = atUs - (dueUs[seq - 1] as number);
      fromDue.record(latencyUs);
      fromPublished.record(latencyUs - 50 - 30 * random());
      windows.record(seq, latencyUs);
      spread.record(seq, latencyUs);
    },
  });
  steps.addTo(tallies);
  for (let event = 0; event < measuredEvents; event += 1) lateness.record(50 + 40 * random());
  const pollLateness = new LatencyRecorder();
  const polls = cell.transport === 'polling' ? tallies.measure.requests : 0;
  const pollResponse = new LatencyRecorder();
  for (let poll = 0; poll < polls; poll += 1) {
    pollLateness.record(20 + 1_200 * random());
    pollResponse.record(420 * pace);
  }

  const { deliveries } = tallies.measure;
  const delivered = dueUs.length * SUBSCRIBERS;
  const feed = feedTally(tallies);
  const isPush = feed.requests === 0;
  // Answer and next request carry each other's ACK; of long-polling a bare ACK follows after a hold of more than 40 ms.
  const packetsPerRequest = cell.transport === 'polling' ? 3 : 2.19;
  const packets = isPush ? 2 * feed.reads : Math.round(packetsPerRequest * feed.requests);
  return {
    trial,
    seed,
    startedAt: `2026-11-21T09:0${Math.floor(trial / 2)}:${10 + transportIds.indexOf(cell.transport) * 8 + (trial % 2)}.000Z`,
    connectMs: Math.round(40 * pace),
    authority: AUTHORITY,
    responseHeads,
    measurement: {
      fromDue: fromDue.data(),
      fromPublished: fromPublished.data(),
      pollLateness: pollLateness.data(),
      pollResponse: pollResponse.data(),
      skippedPolls: 0,
      deliveries: { expected: delivered, delivered, missing: 0, duplicated: 0, outOfOrder: 0, corrupted: 0 },
      connections: { opened: SUBSCRIBERS, openAtFeed: SUBSCRIBERS, peak: SUBSCRIBERS, failed: 0, reconnected: 0 },
      firstEvent: { deliveries: SUBSCRIBERS, lastUs: Math.round(6_000 * pace) },
      tallies,
      usage: {
        workers: 1,
        cpuUs: Math.round(model.driverCpuUs * pace * deliveries),
        eventLoopUtilization: 0.06 + model.driverCpuUs / 200,
        eventLoopDelayP99Us: 1_120,
        rssBytes: 74_000_000,
        rssBytesBefore: 73_200_000,
      },
      incidents: {},
      windows: windows.data(),
      spread: spread.data(),
      timeline: steps.timeline(model.connect, lastUs),
      feedUs: Math.round(lastUs + 900),
    },
    publisher: {
      events: dueUs.length,
      published: dueUs.length,
      peakBacklogEvents: 0,
      feedSha256: describeFeed(feedOf(cell, phases, seed)).sha256,
      stoppedBecause: null,
    },
    publisherLateness: lateness.data(),
    plannedFeedSha256: describeFeed(feedOf(cell, phases, seed)).sha256,
    measuredEvents,
    offeredLoadRatio: 1,
    kernel: {
      scope: 'private',
      packets,
      ipBytes: feed.receivedBytes + feed.sentBytes + 52 * packets,
      retransmissions: 0,
      serverWriteCalls: isPush ? feed.reads : feed.requests,
      backgroundPacketsPerSec: null,
      backgroundBytesPerSec: null,
    },
    kernelOpen: SUBSCRIBERS,
    machine: { cores: 2, idleCores: 1.42, ownCores: 0.51, otherCores: 0.01, stolenCores: 0, acceptQueueOverflows: 0 },
    serverUsage: {
      processes: 1,
      cpuUs: Math.round(model.serverCpuUs * pace * deliveries),
      writeCalls: isPush ? tallies.measure.reads : tallies.measure.requests,
      rssBytes: 81_920_000 + Math.round(model.memoryBytes * SUBSCRIBERS * pace),
      rssBytesPerSubscriber: Math.round(model.memoryBytes * pace),
    },
  };
}

/** The trials of the golden cell of a transport as they are judged, with the histograms that a document does without. */
export function measuredTrials(transport: TransportId): MeasuredTrial[] {
  const cell = deliveryCell('fastify', transport);
  const trials = new CellTrials(cell, phases);
  return TRIALS.map((trial) => trials.add(trialRecord(cell, trial)));
}

function completedCell(transport: TransportId): CompletedCell {
  const cell = deliveryCell('fastify', transport);
  return mergeTrials(
    cell,
    phases,
    TRIALS.map((trial) => trialRecord(cell, trial)),
  );
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
    schemaVersion: SCHEMA_VERSION,
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
      publisherPriority: { class: 'real-time', reason: 'given with chrt -f 1' },
      network: { scope: 'private', reason: 'a network namespace of its own' },
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
    calibration: transportIds.map((transport) => ({
      transport,
      subscribers: SUBSCRIBERS,
      eventsPerSec: transport === 'polling' ? 4 : 50,
      latencyUs: { count: 5_000, p50: transport === 'polling' ? 190 : 840, p99: 1_480, max: 2_210 },
      driverCpuUsPerUnit: models[transport].driverCpuUs,
      eventLoopUtilization: 0.06,
    })),
    anatomy: sampleAnatomy(
      cells.flatMap((result) => (result.outcome === 'completed' ? [result.cell] : [])),
      SEED,
    ),
    cells,
    comparisons: comparisonsOf({ cells }),
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
