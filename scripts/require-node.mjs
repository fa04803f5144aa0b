// Loaded with --import before any TypeScript, so that an old Node says what to do instead of failing on syntax.
// Plain JavaScript on purpose.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const found = process.versions.node;
const major = Number(found.split('.')[0]);
if (!(major >= 24)) {
  process.stderr.write(
    `transport-bench needs Node.js 24 or newer and found ${found} at ${process.execPath}.\n` +
      'The pinned Node comes with the dependencies: run `npm ci` (without --omit=optional), then use `npm run bench`.\n',
  );
  process.exit(2);
}

// Half of the time until the first line is the compiling of our modules. Only this process keeps what it compiled, not those that
// are measured; where the folder cannot be written, it compiles again.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url)));
