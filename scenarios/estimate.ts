import type { Cell, DeliveryCell, Phases } from './cell.ts';

// Starting fresh processes, waiting until they are ready, and closing everything, on a laptop.
const START_AND_CLOSE_MS = 900;
const CONNECTS_PER_SEC = 2000;
// The drain ends when everything has arrived, which for pushed events is soon.
const USUAL_DRAIN_MS = 300;

/** The time between two polls of a subscriber; null where nothing is polled. */
function pollIntervalMs(cell: DeliveryCell): number | null {
  return 'intervalMs' in cell.transportOptions ? cell.transportOptions.intervalMs : null;
}

/** The expected duration of one trial of a cell, start and end of its processes included. */
export function estimateTrialMs(cell: Cell, phases: Phases): number {
  if (cell.kind === 'capacity') return START_AND_CLOSE_MS + connectMs(cell.connections) + cell.durationMs;
  const waitMs = (pollIntervalMs(cell) ?? 0) + (cell.serverOptions.coalesceMs ?? 0);
  const drainMs = Math.min(phases.drainMs, Math.max(USUAL_DRAIN_MS, waitMs));
  return START_AND_CLOSE_MS + connectMs(cell.subscribers) + phases.warmupMs + phases.measureMs + drainMs;
}

const connectMs = (count: number) => (count / CONNECTS_PER_SEC) * 1000;

/**
 * The TCP connections that one trial is expected to open. Without keep-alive, a connection for every poll, or for
 * every event at most when polls are held.
 */
export function estimateConnections(cell: Cell, phases: Phases): number {
  if (cell.kind === 'capacity') return cell.connections;
  return connectionsWithin(cell, phases, Number.POSITIVE_INFINITY);
}

/** The same of a cell's trial, counting only those that are opened within any `windowMs`. */
export function connectionsWithin(cell: DeliveryCell, phases: Phases, windowMs: number): number {
  const options = cell.transportOptions;
  if (!('keepAlive' in options) || options.keepAlive) return cell.subscribers;
  const durationMs = Math.min(windowMs, phases.warmupMs + phases.measureMs);
  const intervalMs = pollIntervalMs(cell) ?? 1000 / cell.eventsPerSec;
  return cell.subscribers * (1 + Math.ceil(durationMs / intervalMs));
}

/** A duration in words, rounded to what can be promised: `about 45 s`, `about 1 min 45 s`, `about 2 h 10 min`. */
export function durationInWords(durationMs: number): string {
  const stepSec = durationMs < 20_000 ? 1 : durationMs < 600_000 ? 5 : 60;
  const seconds = Math.max(1, Math.round(durationMs / 1000 / stepSec)) * stepSec;
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const words = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value} ${unit}`);
  return `about ${words.slice(0, 2).join(' ')}`;
}
