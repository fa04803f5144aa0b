import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// CI reads its last line from this file; the ordinary output stays as it is.
const json = process.env['VITEST_JSON'];

/** Real processes and sockets of which bytes, counts, orders and messages are asserted. They mostly wait. */
const counted = [
  '{servers,clients}/**/*.test.ts',
  'scripts/{action,commands,interleave,bench-driver}/**/*.test.ts',
  'scripts/{workflows,thresholds,boundaries,run-ends}.test.ts',
  'scripts/run/{headers,several-processes}.test.ts',
];

export default defineConfig({
  test: {
    reporters: json === undefined ? ['default'] : ['default', ['json', { outputFile: json }]],
    // Most tests start processes of this project: half of such a start is the compiling of its modules.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compile') },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'results',
          include: ['{scenarios,results}/**/*.test.ts'],
          // On two cores the default is one worker. Nothing here changes a module, so they are loaded once.
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'counted', include: counted, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'runs',
          include: ['scripts/**/*.test.ts'],
          exclude: counted,
          // Whole runs, some judged by their own checks: one file at a time, so that no test is another's noise.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
