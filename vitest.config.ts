import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{servers,clients,scenarios,results,scripts}/**/*.test.ts'],
    // Real processes and sockets on few cores: files run one at a time so that no test is another's noise.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
