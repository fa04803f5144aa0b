import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/*
 * Prints the script of the pages: the module of browser/ that is named and all it imports, as one classic script, minified. It
 * is a process of its own, since the bundler takes 80 MB and threads, which a command that measures should not keep.
 */

const build = await rolldown({
  input: fileURLToPath(new URL(`./browser/${process.argv[2]}`, import.meta.url)),
  platform: 'browser',
  logLevel: 'silent',
});
const { output } = await build.generate({ format: 'iife', minify: true });
await build.close();
process.stdout.write(output[0].code.trim());
