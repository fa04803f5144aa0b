import { spawnSync } from 'node:child_process';
import { readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Environment } from '../../results/run-document.ts';
import { fileText } from '../../servers/launch/file-text.ts';
import { findProgram } from './find-program.ts';

/**
 * The network that the connections of a run are made in, and why. `private`: a network namespace of this run alone, whose
 * loopback carries nothing else. `host`: the loopback that all programs of the machine, or of its container, share.
 */
export type Network = Environment['network'];

/** How a namespace is made and its loopback brought up here; argument vectors. */
interface Way {
  unshare: string[];
  loopbackUp: string[];
}

/** What the process outside tells itself inside. */
interface Handover {
  /** The namespace that was left. */
  namespace: string;
  way: Way;
  settings: Record<string, string>;
  /** What `beforeLeaving` returned. */
  done: string[];
}

/** What to do where there is no private network. */
export const PRIVATE_NETWORK_NEEDS =
  'a private network takes Linux, unshare (util-linux), ip (iproute2), and being root or allowed to make user ' +
  'namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)';

/** Carries the Handover through execve; taken out before anything else is started. */
const MARKER = 'TRANSPORT_BENCH_NAMESPACE';
const NAMESPACE_LINK = '/proc/self/ns/net';
const PROBE_TIMEOUT_MS = 5_000;

/**
 * Kernel settings that a new namespace begins with at their defaults and that bound or shape the connections of a run:
 * ports, accept queues, and what TCP does with small writes and with ACKs. They are carried over, so that inside is as outside.
 */
const SETTINGS = [
  'core/somaxconn',
  'ipv4/ip_local_port_range',
  'ipv4/tcp_autocorking',
  'ipv4/tcp_congestion_control',
  'ipv4/tcp_max_syn_backlog',
  'ipv4/tcp_max_tw_buckets',
  'ipv4/tcp_pingpong_thresh',
  'ipv4/tcp_rmem',
  'ipv4/tcp_slow_start_after_idle',
  'ipv4/tcp_timestamps',
  'ipv4/tcp_tw_reuse',
  'ipv4/tcp_wmem',
];

// npm and then bench.ts change the folder; a relative --import of the command line is meant from this one.
const startedIn = process.cwd();

function settingPath(name: string): string {
  return join('/proc/sys/net', name);
}

function readSettings(): Record<string, string> {
  const values = SETTINGS.map((name) => [name, fileText(settingPath(name))] as const);
  return Object.fromEntries(values.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** The programs that bring up an interface, the usual one first. */
function loopbackUpWith(): string[] | null {
  const ways: [string, ...string[]][] = [
    ['ip', 'link', 'set', 'lo', 'up'],
    ['ifconfig', 'lo', 'up'],
    ['busybox', 'ip', 'link', 'set', 'lo', 'up'],
  ];
  for (const [program, ...args] of ways) {
    const path = findProgram(program);
    if (path !== null) return [path, ...args];
  }
  return null;
}

function reasonOf({ unshare: [program = '', flags = ''] }: Way): string {
  return `a namespace of its own, made with ${basename(program)} ${flags}`;
}

/** A way that was tried and works, or the reason why there is none. */
function findWay(): Way | string {
  if (process.platform !== 'linux') return 'only Linux has network namespaces';
  if (process.execve === undefined) return `Node.js ${process.version} has no process.execve`;
  const unshare = findProgram('unshare');
  if (unshare === null) return 'unshare (util-linux) was not found';
  const loopbackUp = loopbackUpWith();
  if (loopbackUp === null) return 'neither ip (iproute2) nor ifconfig was found, which would bring up its loopback';
  const failures: string[] = [];
  // Root needs no user namespace, and some systems forbid those; root of a container may have no rights without one.
  for (const flags of process.getuid?.() === 0 ? ['-n', '-rn'] : ['-rn']) {
    const { status, stderr, error } = spawnSync(unshare, [flags, ...loopbackUp], {
      encoding: 'utf8',
      timeout: PROBE_TIMEOUT_MS,
    });
    if (status === 0) return { unshare: [unshare, flags], loopbackUp };
    failures.push(
      `unshare ${flags}: ${stderr?.trim().replace(/^(unshare: )?(unshare failed: )?/, '') || error?.message || `exit code ${status}`}`,
    );
  }
  return `this user may not make a network namespace (${failures.join('; ')})`;
}

/**
 * Whether a run would get a network of its own, tried out with a namespace that is gone at once. `wanted` is the option:
 * undefined means when possible.
 */
export function possibleNetwork(wanted?: boolean): Network {
  if (wanted === false) return { scope: 'host', reason: '--no-isolate was given' };
  const way = findWay();
  return typeof way === 'string' ? { scope: 'host', reason: way } : { scope: 'private', reason: reasonOf(way) };
}

/**
 * Puts this process into a network namespace of its own, when that is wanted and possible without asking for rights: it
 * replaces itself by itself, with the same arguments, folder, process id and streams, so nothing has to be forwarded and
 * everything it starts is inside. The replaced process does not return from this call, its successor does. To be called
 * before the process has started anything or bound any port. Says where the process then is.
 *
 * `beforeLeaving` does what needs the network outside, in the process that is about to be replaced; its successor gets
 * what it returned.
 */
export function enterPrivateNetwork(
  wanted?: boolean,
  beforeLeaving: () => string[] = () => [],
): Network & { done: string[] } {
  const handover = process.env[MARKER];
  if (handover !== undefined) {
    delete process.env[MARKER];
    const { done, ...rest } = JSON.parse(handover) as Handover;
    return { ...arrive(rest), done };
  }
  if (wanted === false) return { ...possibleNetwork(wanted), done: [] };
  const way = findWay();
  if (typeof way === 'string') return { scope: 'host', reason: way, done: [] };
  return { scope: 'host', reason: replaceSelf(way, beforeLeaving()), done: [] };
}

/** Does not return, except with the reason why it could not be done. */
function replaceSelf(way: Way, done: string[]): string {
  const handover: Handover = { namespace: readlinkSync(NAMESPACE_LINK), way, settings: readSettings(), done };
  const [program = '', ...flags] = way.unshare;
  const folder = process.cwd();
  letStreamsBlock();
  process.chdir(startedIn);
  try {
    process.execve?.(
      program,
      [program, ...flags, '--', process.execPath, ...process.execArgv, ...process.argv.slice(1)],
      { ...process.env, [MARKER]: JSON.stringify(handover) },
    );
    return 'the process could not be replaced';
  } catch (error) {
    process.chdir(folder);
    return `the process could not be replaced: ${(error as Error).message}`;
  }
}

/**
 * Node makes a pipe on stdout or stderr non-blocking for as long as it runs, and mends that when it exits; execve is no
 * exit. What shares the pipe, as the next command of a script does, would find it non-blocking for good.
 */
function letStreamsBlock(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const { _handle: handle } = stream as unknown as { _handle?: { setBlocking?: (blocking: boolean) => void } };
    handle?.setBlocking?.(true);
  }
}

function arrive({ namespace, way, settings }: Omit<Handover, 'done'>): Network {
  if (readlinkSync(NAMESPACE_LINK) === namespace) {
    return { scope: 'host', reason: 'the process is in the network namespace it was to leave' };
  }
  const [program = '', ...args] = way.loopbackUp;
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: PROBE_TIMEOUT_MS });
  // It worked a moment ago, and there is no way back to the other network.
  if (status !== 0) throw new Error(`${way.loopbackUp.join(' ')} failed in the new network namespace: ${stderr}`);
  for (const [name, value] of Object.entries(settings)) {
    if (fileText(settingPath(name)) === value) continue;
    try {
      writeFileSync(settingPath(name), value);
    } catch {
      // Not writable here, as in many containers: the default stays, and the limits of the run are read after this.
    }
  }
  return { scope: 'private', reason: reasonOf(way) };
}
