import { defineConfig } from 'vitest/config';

// CI reads its last line from this file; the ordinary output stays as it is.
const json = process.env['VITEST_JSON'];

/** Tests with real processes and sockets that assert bytes, counts and orders: no load changes them. */
const counting = ['{servers,clients}/**/*.test.ts', 'scripts/run/{bytes,headers,theory}.test.ts'];

export default defineConfig({
  test: {
    reporters: json === undefined ? ['default'] : ['default', ['json', { outputFile: json }]],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'parallel',
          include: ['{scenarios,results}/**/*.test.ts', ...counting],
          // Most wait for a process or a browser now and then; on two cores the default would be one worker.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'runs',
          include: ['scripts/**/*.test.ts'],
          exclude: counting,
          // Whole runs, some judged by their own checks: one file at a time, so that no test is another's noise.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
