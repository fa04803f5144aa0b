import { defineConfig } from 'vitest/config';

// CI reads its last line from this file; the ordinary output stays as it is.
const json = process.env['VITEST_JSON'];

export default defineConfig({
  test: {
    include: ['{servers,clients,scenarios,results,scripts}/**/*.test.ts'],
    reporters: json === undefined ? ['default'] : ['default', ['json', { outputFile: json }]],
    // Real processes and sockets on few cores: files run one at a time, so that no test is another's noise.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
