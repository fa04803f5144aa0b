import { CommanderError } from 'commander';
import { RunDocumentError } from '../results/read-document.ts';
import { ScenarioError } from '../scenarios/problems.ts';
import { createProgram } from './commands/program.ts';
import { EXIT, UsageError } from './exit-codes.ts';

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message; its code for help and version is 0.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else if (error instanceof UsageError || error instanceof ScenarioError || error instanceof RunDocumentError) {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = EXIT.usage;
  } else {
    throw error;
  }
}
