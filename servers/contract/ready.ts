/** The version of CONTRACT.md that this tree implements. */
export const CONTRACT_VERSION = 1;

/** The first line a server writes to stdout. */
export interface ReadyLine {
  ready: true;
  contractVersion: number;
  /** The port it listens on at BENCH_HOST. */
  port: number;
}

/** `servers/<name>/server.json`, the registration of a server; see server.schema.json. */
export interface ServerManifest {
  contractVersion: number;
  /** The same as the folder. */
  name: string;
  language: string;
  /** Transport ids it offers. */
  transports: string[];
  /** Programs that must be on PATH; a missing one skips the server's cells with that reason. */
  requires: string[];
  /** Argument vectors, run one after another in the server's folder before the first start. */
  build: string[][];
  /** Argument vector, run in the server's folder. */
  start: string[];
}
