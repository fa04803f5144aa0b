import type { CompletedCell } from '../../delivery-result.ts';
import type { Breakdown, NetworkCounts } from '../../traffic.ts';
import { countedCells } from '../network-columns.ts';
import type { Texture } from './textures.ts';

/** Bytes of a cell by cause; they add up to the total. */
export interface BytesParts {
  result: CompletedCell;
  deliveries: number;
  /** `tcpIp` where it was counted. */
  parts: Breakdown & { payload: number; tcpIp?: number };
  /** Where they were counted. */
  packets?: number;
}

/** A cause of bytes: its name, and the texture that tells it from the others without its colour. */
export interface Cause {
  part: keyof NetworkCounts['breakdown'];
  name: string;
  /** The same within a sentence. */
  words: string;
  texture: Texture;
}

/** All of them, in the order in which bars and tables show them. */
const causes: readonly Cause[] = [
  { part: 'payload', name: 'Event texts', words: 'event texts', texture: 'plain' },
  { part: 'requestHeads', name: 'Requests with events', words: 'requests with events', texture: 'rising' },
  { part: 'responseHeads', name: 'Their answers’ heads', words: 'heads of answers with events', texture: 'falling' },
  { part: 'framing', name: 'Framing', words: 'framing', texture: 'upright' },
  { part: 'emptyPolls', name: 'Empty polls', words: 'empty polls', texture: 'crossed' },
  { part: 'handshakes', name: 'Handshakes', words: 'handshakes', texture: 'level' },
  { part: 'heartbeats', name: 'Heartbeats', words: 'heartbeats', texture: 'checks' },
  { part: 'tcpIp', name: 'TCP/IP and ACKs', words: 'TCP/IP and ACKs', texture: 'dots' },
];

/** The causes that could be counted in all of these cells. */
export function countedCauses(rows: readonly BytesParts[]): Cause[] {
  return causes.filter(({ part }) => part !== 'tcpIp' || rows.every(({ parts }) => parts.tcpIp !== undefined));
}

/** Bytes per delivery of a cause. */
export function perDelivery({ parts, deliveries }: BytesParts, { part }: Cause): number {
  return (parts[part] ?? 0) / deliveries;
}

/** All bytes per delivery: IP bytes where they were counted, otherwise wire bytes. */
export function bytesPerDelivery(row: BytesParts): number {
  return countedCauses([row]).reduce((sum, cause) => sum + perDelivery(row, cause), 0);
}

/**
 * The bytes of these cells: over the whole feed, TCP/IP included, where the kernel counted those of all of them, otherwise of the
 * measure phase. Cells without deliveries are left out.
 */
export function bytesParts(results: readonly CompletedCell[]): BytesParts[] {
  const delivering = results.filter(({ bytes }) => bytes.overheadPerDelivery !== null);
  const counted = countedCells(delivering);
  if (counted.length === delivering.length) {
    return counted.map(({ result, network: { deliveries, breakdown, packets } }) => ({
      result,
      deliveries,
      parts: breakdown,
      packets,
    }));
  }
  return delivering.map((result) => ({
    result,
    deliveries: result.trials.reduce((sum, trial) => sum + trial.tallies.measure.deliveries, 0),
    parts: { payload: result.bytes.payload, ...result.bytes.breakdown },
  }));
}
