import type { DeliveryCell } from '../../scenarios/cell.ts';

/** The bytes that one read of the tap between a subscriber and its server brought. */
export interface WireChunk {
  /** When the tap read them, in us from when the event was due; negative before that. */
  atUs: number;
  /** By the subscriber. */
  direction: 'sent' | 'received';
  /** 1, 2, 3 ...: the connections of this subscriber, in the order in which they were opened. */
  connection: number;
  /** Base64. */
  bytes: string;
}

/**
 * One real event on its way to one subscriber of a transport, with every byte that crossed for it. Recorded before the
 * trials, through a tap that no trial has: it shows what transports do, and none of it is in any measured figure.
 */
export interface DeliveryAnatomy {
  /** A single subscriber; options and headers are those of a cell of the plan, a poll interval at most 250 ms. */
  cell: DeliveryCell;
  /** The event. */
  seq: number;
  /** Both in us from when the event was due. */
  publishedUs: number;
  receivedUs: number;
  /** All that crossed until the feed began. */
  subscription: WireChunk[];
  /** All that crossed since the event before had been received, until this one was. */
  delivery: WireChunk[];
}
