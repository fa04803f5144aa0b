import type { FeedEvent } from './event.ts';

/** A connection on which the server pushes events: a streamed response or a websocket. */
export interface PushConnection {
  /** Bytes written that the kernel has not taken yet. */
  readonly unsentBytes: number;
  /** Address and port of the subscriber, for the log. */
  readonly peer: string;
  /** One event in one write; `flushed` is called when the kernel has taken it, or the connection is lost. */
  send(event: FeedEvent, flushed?: () => void): void;
  /** Writes between cork and uncork may reach the kernel together; they stay chunks or frames of their own. */
  cork(): void;
  uncork(): void;
  heartbeat(): void;
  /** Says why, as far as the transport can, and ends. */
  dismiss(reason: string): void;
  /** Ends properly: the server stops. */
  end(): void;
  destroy(): void;
}
