import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { listScenarios, loadScenario } from '../../scenarios/load.ts';
import { machineProblems } from '../../scenarios/machine-problems.ts';
import { planScenario } from '../../scenarios/plan.ts';
import { missingPrograms } from '../../servers/contract/manifest.ts';
import { processUsage } from '../../servers/launch/process-usage.ts';
import { EXIT } from '../exit-codes.ts';
import { localPortRange, machineLimits, openFilesLimit, projectFolder, readEnvironment } from '../run/environment.ts';
import { PRIVATE_NETWORK_NEEDS, possibleNetwork } from '../run/isolation.ts';
import { publisherPriority, REAL_TIME_NEEDS } from '../run/publisher-priority.ts';
import { offeredTransports, registeredServers } from './servers.ts';

/** One thing that was looked at. `required`: without it `npm run bench` does not do its work. */
interface Finding {
  what: string;
  ok: boolean;
  required: boolean;
  found: string;
  /** What to do; only shown where it is not ok. */
  advice: string;
}

/** Where Debian and others put it; the first that exists. */
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** One server process then serves 2,000 subscribers and more; larger scenarios take several processes. */
const OPEN_FILES_NEEDED = 4_096;
const LOCAL_PORTS_NEEDED = 10_000;

function runtime(): Finding[] {
  const major = Number(process.versions.node.split('.')[0]);
  const usage = processUsage(process.pid);
  return [
    {
      what: 'Node.js',
      ok: major >= 24,
      required: true,
      found: `${process.version} (${process.execPath})`,
      advice: 'run `npm ci` and use `npm run bench`: the pinned Node comes with the dependencies',
    },
    {
      what: 'process metrics',
      ok: usage !== null,
      required: false,
      found: usage === null ? 'no /proc' : 'CPU time in ns and memory from /proc',
      advice: 'server CPU and memory are shown as unknown on this system; Linux has them',
    },
  ];
}

function machine(): Finding[] {
  const cores = availableParallelism();
  const load = loadavg()[0] ?? 0;
  const governor = readEnvironment().cpuGovernor;
  return [
    {
      what: 'cores',
      ok: cores >= 2,
      required: false,
      found: String(cores),
      advice: 'server, publisher and driver share one core here: latencies contain their waiting for each other',
    },
    {
      what: 'memory',
      ok: totalmem() >= 2e9,
      required: false,
      found: `${(totalmem() / 1e9).toFixed(1)} GB`,
      advice: 'large scenarios need about 2 GB',
    },
    {
      what: 'load',
      ok: load < cores / 2,
      required: false,
      found: `${load.toFixed(2)} over the last minute`,
      advice: 'close other programs before measuring; they show up as latency',
    },
    {
      what: 'CPU governor',
      ok: governor === null || governor === 'performance',
      required: false,
      found: governor ?? 'not readable (usual in virtual machines)',
      advice: 'cpupower frequency-set -g performance keeps the clock from changing during a run',
    },
  ];
}

function limits(): Finding[] {
  const files = openFilesLimit();
  const ports = localPortRange();
  const portCount = ports === null ? null : ports.high - ports.low + 1;
  const network = possibleNetwork();
  const priority = publisherPriority();
  return [
    {
      what: 'open files',
      ok: files === null || files >= OPEN_FILES_NEEDED,
      required: true,
      found: files === null ? 'not readable' : `${files} per process`,
      advice: `ulimit -n ${OPEN_FILES_NEEDED} (every subscriber is one in a driver worker and one in a server process)`,
    },
    {
      what: 'local ports',
      ok: portCount === null || portCount >= LOCAL_PORTS_NEEDED,
      required: true,
      found: ports === null ? 'not readable' : `${portCount} (${ports.low} to ${ports.high})`,
      advice: 'sysctl -w net.ipv4.ip_local_port_range="32768 60999" (a connection takes one)',
    },
    {
      what: 'private network',
      ok: network.scope === 'private',
      required: false,
      found: network.scope === 'private' ? `possible: ${network.reason}` : `not possible: ${network.reason}`,
      advice: `packets and IP bytes are counted with those of other programs; ${PRIVATE_NETWORK_NEEDS}`,
    },
    {
      what: 'publisher priority',
      ok: priority.class === 'real-time',
      required: false,
      found: `${priority.class}: ${priority.reason}`,
      advice: `on few cores events may be published a millisecond late; ${REAL_TIME_NEEDS}`,
    },
  ];
}

function scenarios(): Finding {
  const limits = machineLimits();
  const offered = offeredTransports();
  const lacking = listScenarios().flatMap((name) => {
    const problems = machineProblems(planScenario(loadScenario(name).scenario, {}, offered), offered, limits);
    return problems.length === 0 ? [] : [{ name, problems }];
  });
  return {
    what: 'scenarios',
    ok: lacking.length === 0,
    required: false,
    found:
      lacking.length === 0
        ? 'this machine suffices for all'
        : `not enough for ${lacking.map(({ name, problems }) => `${name}: ${problems.map(({ path, found }) => `${path} ${found}`).join('; ')}`).join('. ')}`,
    advice: [...new Set(lacking.flatMap(({ problems }) => problems.map((problem) => problem.advice)))].join('; '),
  };
}

function programs(): Finding[] {
  const chromium = CHROMIUM_PATHS.find((path) => existsSync(path));
  const servers = [...registeredServers().values()].map(({ manifest }): Finding => {
    const missing = missingPrograms(manifest);
    return {
      what: `server ${manifest.name}`,
      ok: missing.length === 0,
      required: manifest.name === 'fastify',
      found: missing.length === 0 ? `${manifest.requires.join(', ')} found` : `${missing.join(', ')} not found`,
      advice: `install ${missing.join(' and ')}; until then the cells of this server are skipped`,
    };
  });
  return [
    ...servers,
    {
      what: 'chromium',
      ok: chromium !== undefined,
      required: false,
      found: chromium ?? 'not found',
      advice: 'only the tests of the HTML report need it: apt-get install chromium',
    },
  ];
}

function output(): Finding[] {
  const folder = join(projectFolder, 'results', 'runs');
  let problem: string | null = null;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    problem = (error as Error).message;
  }
  return [
    {
      what: 'output folder',
      ok: problem === null,
      required: true,
      found: problem ?? folder,
      advice: 'choose a folder you may write to with --out',
    },
  ];
}

/** `doctor`: looks at this machine. Exit code 1 when something required is not ok. */
export function doctor(): void {
  const findings = [...runtime(), ...machine(), ...limits(), scenarios(), ...programs(), ...output()];
  const width = Math.max(...findings.map((finding) => finding.what.length));
  for (const { what, ok, found, required, advice } of findings) {
    const mark = ok ? 'ok    ' : required ? 'NOT OK' : 'note  ';
    process.stdout.write(`${mark}  ${what.padEnd(width)}  ${found}\n`);
    if (!ok) process.stdout.write(`${' '.repeat(width + 10)}-> ${advice}\n`);
  }
  const broken = findings.filter((finding) => !finding.ok && finding.required);
  process.stdout.write(
    broken.length === 0 ? '\nThis machine can run the benchmark.\n' : `\n${broken.length} to be mended before a run.\n`,
  );
  process.exitCode = broken.length === 0 ? EXIT.ok : EXIT.failed;
}
