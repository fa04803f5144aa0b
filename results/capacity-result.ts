import type { CapacityCell } from '../scenarios/cell.ts';
import type { Estimate } from './delivery-result.ts';
import type { LatencyData } from './recording/latency.ts';
import type { Validity } from './validity/check.ts';

/** One repetition of a capacity cell: as many polls as the server answers. */
export interface CapacityTrial {
  trial: number;
  requests: number;
  requestsPerSec: number;
  receivedBytesPerRequest: number;
  errors: number;
  /** From the sending of each poll to its answer. */
  response: LatencyData;
  serverCpuUsPerRequest: number | null;
  driverCpuUsPerRequest: number | null;
  /** Of the driver's event loop, 0 to 1. */
  driverUtilization: number;
}

/** A capacity cell of which every trial was completed. */
export interface CompletedCapacityCell {
  outcome: 'completed';
  cell: CapacityCell;
  requestsPerSec: Estimate;
  receivedBytesPerRequest: number;
  /** From the sending of each poll to its answer, of all trials; null without an answer. */
  responseUs: { mean: number; p50: number; p99: number; max: number } | null;
  serverCpuUsPerRequest: Estimate | null;
  driverCpuUsPerRequest: Estimate | null;
  /** Of the driver's event loop in the busiest trial, 0 to 1. Near 1 the driver was the limit, not the server. */
  driverUtilization: number;
  errors: number;
  validity: Validity;
  trials: CapacityTrial[];
}
