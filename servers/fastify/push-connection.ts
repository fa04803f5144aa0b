/** A connection on which the server pushes events: a streamed response or a websocket. */
export interface PushConnection {
  /** Bytes written that the kernel has not taken yet. */
  readonly unsentBytes: number;
  /** Address and port of the subscriber, for the log. */
  readonly peer: string;
  /**
   * Events, framed for this transport, in one write; `flushed` is called when the kernel has taken them. Does nothing
   * on a connection that is closing.
   */
  send(framed: Buffer, flushed?: () => void): void;
  heartbeat(): void;
  /** Says why, as far as the transport can, and ends. */
  dismiss(reason: string): void;
  /** Ends properly: the server stops. */
  end(): void;
  destroy(): void;
}
