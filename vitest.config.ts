import { defineConfig } from 'vitest/config';

// CI reads its last line from this file; the ordinary output stays as it is.
const json = process.env['VITEST_JSON'];

export default defineConfig({
  test: {
    reporters: json === undefined ? ['default'] : ['default', ['json', { outputFile: json }]],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: 'results', include: ['{scenarios,results}/**/*.test.ts'], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: ['{servers,clients,scripts}/**/*.test.ts'],
          // Real processes and sockets on few cores: files run one at a time, so that no test is another's noise.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
