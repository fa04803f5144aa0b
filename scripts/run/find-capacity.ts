import { answerText, axisText, limitedByText } from '../../results/capacity/answer-text.ts';
import { CapacitySearch, CONFIRMATIONS, PRECISION_RATIO } from '../../results/capacity/capacity-search.ts';
import type {
  CapacityProbe,
  CapacitySearchResult,
  CapacitySearchSection,
  Objective,
  ProbeMeasurement,
} from '../../results/capacity/capacity-search-section.ts';
import { probePercentileUs, reasonsAgainst } from '../../results/capacity/judge-probe.ts';
import { answerOf, limitsOf } from '../../results/capacity/limits.ts';
import { eventsNeededFor } from '../../results/capacity/objective.ts';
import { cellWith, type PlannedSearch, probePhases, type SearchPlan } from '../../results/capacity/plan-searches.ts';
import { searchWarnings } from '../../results/capacity/search-warnings.ts';
import type { MeasuredTrial } from '../../results/delivery-result.ts';
import { CellTrials, type TrialRecord } from '../../results/merge-trials.ts';
import { formatCount, formatUs } from '../../results/numbers.ts';
import type { DeliveryCell, Phases } from '../../scenarios/cell.ts';
import { feedOf } from '../../scenarios/feed-of.ts';
import { processLayout } from '../../scenarios/process-layout.ts';
import { calendarTime } from '../../servers/contract/clock.ts';
import { deriveSeed } from '../../servers/contract/random.ts';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import type { Server } from '../../servers/launch/discover.ts';
import type { CoordinatorInput } from './coordinator.ts';
import { machineLimits } from './environment.ts';
import { SearchProgress } from './search-progress.ts';
import { buildOnce, whySkipped } from './server-readiness.ts';
import { runTrial } from './trial.ts';
import { TrialFailure } from './trial-failure.ts';

/** The section of a document before the first probe; searches that cannot be made say why. */
export function newSearchSection({ request, searches }: SearchPlan): CapacitySearchSection {
  return {
    objective: request.objective,
    confirmations: CONFIRMATIONS,
    precisionRatio: PRECISION_RATIO,
    searches: searches.map(({ axis, cell, range, skippedBecause }) => ({
      axis,
      cell,
      range: { start: range.start, lowest: range.lowest, highest: range.highest },
      answer:
        skippedBecause === null
          ? { kind: 'unfinished', held: null, failed: null }
          : { kind: 'skipped', reason: skippedBecause },
      limits: [],
      probes: [],
    })),
  };
}

/** A search under way, and what the document says of it. */
interface RunningSearch {
  planned: PlannedSearch;
  search: CapacitySearch;
  result: CapacitySearchResult;
}

/**
 * Makes every search of the plan and keeps the document, which has a fresh search section, and its file up to date. The
 * searches take turns, a probe each, so that drift of the machine favours none. A trial that cannot be completed is
 * an outcome: its value does not hold. Returns when all have their answer or the run was interrupted.
 */
export async function findCapacity(plan: SearchPlan, input: CoordinatorInput): Promise<void> {
  const { document, signal, folder, servers, output } = input;
  const progress = new SearchProgress(output);
  const running = plan.searches.flatMap((planned, index): RunningSearch[] => {
    const result = document.capacitySearch?.searches[index];
    if (result === undefined) throw new Error('the document has no section for this search');
    if (result.answer.kind === 'skipped') return [];
    const reason = whySkipped(planned.cell, servers) ?? whyNotBuilt(servers.get(planned.cell.server) as Server);
    if (reason !== null) {
      result.answer = { kind: 'skipped', reason };
      return [];
    }
    return [{ planned, search: new CapacitySearch(planned.range), result }];
  });
  while (!signal.aborted) {
    const open = running.filter(({ search }) => search.next !== null);
    if (open.length === 0) break;
    for (const each of open) {
      if (signal.aborted) break;
      await probeOnce(each, plan, input, progress);
      folder.writeDocument(document);
    }
  }
  progress.stop();
  document.status = signal.aborted ? 'interrupted' : 'completed';
  document.finishedAt = calendarTime().toISOString();
  if (document.capacitySearch !== undefined) document.warnings.push(...searchWarnings(document.capacitySearch));
}

function whyNotBuilt(server: Server): string | null {
  try {
    buildOnce(server);
    return null;
  } catch (error) {
    if (error instanceof TrialFailure) return error.message;
    throw error;
  }
}

async function probeOnce(
  { planned, search, result }: RunningSearch,
  plan: SearchPlan,
  input: CoordinatorInput,
  progress: SearchProgress,
): Promise<void> {
  const { objective } = plan.request;
  const { value, purpose } = search.next as { value: number; purpose: CapacityProbe['purpose'] };
  const cell = cellWith(planned.cell, planned.axis, value);
  const number = result.probes.length + 1;
  const seed = deriveSeed(input.document.plan.seed, number);
  const phases = phasesWithEvents(cell, plan.phases, objective, seed);
  const what = axisText(planned.axis, cell).replace(/ at .*/, '');
  progress.probeStarted(`${cell.server} ${cell.transport}, ${formatCount(value)} ${what} (${purpose})`);
  await input.live?.beforeStep(progress.position);
  if (input.signal.aborted) return;
  const limits = machineLimits();
  const begun = { value, purpose, seed, startedAt: calendarTime().toISOString(), measureMs: phases.measureMs };
  try {
    const record = await runTrial({
      cell,
      planned: { cellId: cell.id, trial: number, seed },
      phases,
      server: input.servers.get(cell.server) as Server,
      folder: input.folder.path,
      limits,
      signal: input.signal,
      onPhase: (phase, subscribers) => progress.phase(phase, subscribers),
    });
    const trial = new CellTrials(cell, phases).add(record);
    const reasons = reasonsAgainst(trial, objective);
    const { serverProcesses } = processLayout(cell, phases, limits);
    const measured = measurementOf(trial, record, phases, serverProcesses);
    result.probes.push({ ...begun, held: reasons.length === 0, reasons, measured });
  } catch (error) {
    if (input.signal.aborted) return;
    if (!(error instanceof TrialFailure)) throw error;
    result.probes.push({ ...begun, held: false, reasons: [error.message], measured: null });
  }
  const probe = result.probes.at(-1) as CapacityProbe;
  search.record(probe.held);
  Object.assign(result, answerOf(search.state, result.probes, objective));
  progress.probeEnded(outcomeText(probe, objective));
  if (search.next === null) {
    const { answer } = result;
    progress.note(
      `${cell.server} ${cell.transport}: ${answerText(answer)} ${axisText(planned.axis, planned.cell)}, limited by: ${limitedByText(result)}`,
    );
  }
}

/** The phases of one probe: its very feed has as many events in the measure phase as the objective needs. */
function phasesWithEvents(cell: DeliveryCell, phases: Phases, objective: Objective, seed: number): Phases {
  const needed = eventsNeededFor(objective);
  const fromUs = phases.warmupMs * 1000;
  let enough = probePhases(phases, objective, cell.eventsPerSec);
  while (dueTimesUs(feedOf(cell, enough, seed)).filter((dueUs) => dueUs >= fromUs).length < needed) {
    enough = { ...enough, measureMs: Math.ceil(enough.measureMs * 1.05) };
  }
  return enough;
}

function measurementOf(
  trial: MeasuredTrial,
  record: TrialRecord,
  { measureMs }: Phases,
  serverProcesses: number,
): ProbeMeasurement {
  const { cpuUs } = record.serverUsage;
  const { usage } = record.measurement;
  return {
    latencyUs: trial.latencyUs,
    deliveries: trial.deliveries,
    connections: trial.connections,
    failedRequests: trial.requests.failed,
    publisher: trial.publisher,
    serverCores: cpuUs === null ? null : cpuUs / (measureMs * 1000),
    serverProcesses,
    driverCores: usage.cpuUs / (measureMs * 1000),
    driverWorkers: usage.workers,
    driverUtilization: usage.eventLoopUtilization,
    machine: record.machine,
  };
}

function outcomeText(probe: CapacityProbe, objective: Objective): string {
  const { value, held, reasons, measured } = probe;
  if (!held) {
    const limits = measured === null ? [] : limitsOf([probe], value, objective).map(({ part }) => part);
    return `does not hold: ${reasons.join(', ')}${limits.length === 0 ? '' : `; at its limit: ${limits.join(', ')}`}`;
  }
  const latencies = objective.conditions.map(({ percentile }) => {
    const value = measured === null ? null : probePercentileUs(measured.latencyUs, percentile);
    return `${percentile} ${value === null ? 'unknown' : formatUs(value)}`;
  });
  return `holds, ${latencies.join(', ')}`;
}
