import { formatConformance } from '../../servers/conformance/format.ts';
import { conforms } from '../../servers/conformance/report.ts';
import { readServerFolder } from '../../servers/conformance/server-folder.ts';
import { checkServer } from '../../servers/conformance/suite.ts';
import { missingPrograms } from '../../servers/contract/manifest.ts';
import { buildServer } from '../../servers/launch/server-process.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { interruption } from '../run/interruption.ts';
import { registeredServers } from './servers.ts';

/** The folders to check: one server by name or by the path of its folder, or all that are registered. */
function foldersOf(server: string | undefined): string[] {
  const servers = registeredServers();
  if (server === undefined) return [...servers.values()].map(({ folder }) => folder);
  if (server.includes('/')) return [server];
  const known = servers.get(server);
  if (known === undefined) {
    throw new UsageError(
      `there is no server "${server}"; there is ${[...servers.keys()].join(', ')}; a path to a folder contains a slash`,
    );
  }
  return [known.folder];
}

/** `conformance`: exit code 1 when a server breaks a rule, 3 when one could not be checked, 130 when interrupted. */
export async function conformance(name: string | undefined): Promise<void> {
  const folders = foldersOf(name);
  const signal = interruption(() => process.stderr.write('\ninterrupted: stopping the servers\n'));
  const color = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  let exitCode: number = EXIT.ok;
  for (const folder of folders) {
    const server = await readServerFolder(folder);
    const { manifest } = server;
    if (manifest !== null && missingPrograms(manifest).length === 0) buildServer({ manifest, folder: server.folder });
    const report = await checkServer(server.start, { server, signal });
    process.stdout.write(`${formatConformance(report, { color })}\n`);
    if (!conforms(report)) exitCode = Math.max(exitCode, report.failedCount > 0 ? EXIT.failed : EXIT.invalid);
  }
  process.exitCode = signal.aborted ? EXIT.interrupted : exitCode;
}
