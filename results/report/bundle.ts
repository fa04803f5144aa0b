import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/*
 * Prints the modules of browser/ that are named, each with all it imports as one classic script, minified: a JSON array of
 * their texts. It is a process of its own, since the bundler takes 80 MB and threads, which a command that measures should
 * not keep.
 */

const texts = process.argv.slice(2).map(async (entry) => {
  const build = await rolldown({
    input: fileURLToPath(new URL(`./browser/${entry}`, import.meta.url)),
    platform: 'browser',
    logLevel: 'silent',
  });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  return output[0].code.trim();
});
process.stdout.write(JSON.stringify(await Promise.all(texts)));
