import { durationInWords } from '../../scenarios/estimate.ts';
import { listScenarios, loadScenario } from '../../scenarios/load.ts';
import { planScenario } from '../../scenarios/plan.ts';
import { missingPrograms } from '../../servers/contract/manifest.ts';
import { TRANSPORTS } from '../../servers/contract/transports.ts';
import { offeredTransports, registeredServers } from './servers.ts';

function section(title: string, rows: [string, string][]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join('\n');
}

/** `list`: what can be run. */
export function list(): void {
  const scenarios = listScenarios().map((name): [string, string] => {
    const { scenario } = loadScenario(name);
    const { estimateMs, cells } = planScenario(scenario, {}, offeredTransports());
    return [name, `${scenario.question} (${cells.length} cells, ${durationInWords(estimateMs)})`];
  });
  const servers = [...registeredServers().values()].map(({ manifest }): [string, string] => {
    const missing = missingPrograms(manifest);
    const runnable = missing.length === 0 ? '' : ` (cannot run here: ${missing.join(', ')} not found)`;
    return [manifest.name, `${manifest.language}: ${manifest.transports.join(', ')}${runnable}`];
  });
  process.stdout.write(
    `${[
      section('Scenarios (npm run bench -- run NAME)', scenarios),
      section('Servers', servers),
      section('Transports', Object.entries(TRANSPORTS)),
    ].join('\n\n')}\n`,
  );
}
