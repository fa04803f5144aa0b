import { type Command, CommanderError } from 'commander';
import { RunDocumentError } from '../results/read-document.ts';
import { listScenarios } from '../scenarios/load.ts';
import { suggestName } from '../scenarios/nearest.ts';
import { ScenarioError } from '../scenarios/problems.ts';
import { createProgram } from './commands/program.ts';
import { EXIT, UsageError } from './exit-codes.ts';

/** `run` is the default command, so a mistyped command would be taken for a scenario without a word about commands. */
function checkFirstWord(program: Command, word: string | undefined): void {
  if (word === undefined || /^-|[/\\.]/.test(word)) return;
  const commands = [...program.commands.map((command) => command.name()), 'help'];
  const known = [...commands, ...listScenarios()];
  if (known.includes(word)) return;
  throw new UsageError(`there is neither a command nor a scenario "${word}"; ${suggestName(word, known)}`);
}

// Node would end with 1, which says that something got worse.
process.on('uncaughtException', (error) => {
  process.stderr.write(
    `${error.stack ?? error}\nerror: this is a fault of transport-bench; please report it with the lines above\n`,
  );
  process.exit(EXIT.internal);
});

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// npm starts its scripts in the project's folder; paths are meant from where the user is.
const { npm_lifecycle_event: npmScript, INIT_CWD: userFolder } = process.env;
if (npmScript === 'bench' && userFolder !== undefined) process.chdir(userFolder);

try {
  const program = createProgram();
  checkFirstWord(program, process.argv[2]);
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message; its code for help and version is 0.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else if (error instanceof UsageError || error instanceof ScenarioError || error instanceof RunDocumentError) {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = error instanceof UsageError ? error.exitCode : EXIT.usage;
  } else {
    throw error;
  }
}
