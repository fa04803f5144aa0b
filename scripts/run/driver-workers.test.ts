import { describe, expect, it } from 'vitest';
import { workerCount } from './driver-workers.ts';

describe('workerCount', () => {
  it.each([
    { subscribers: 1, cores: 8, workers: 1 },
    { subscribers: 1_000, cores: 8, workers: 1 },
    { subscribers: 2_000, cores: 8, workers: 2 },
    { subscribers: 2_000, cores: 2, workers: 1 },
    { subscribers: 2_000, cores: 1, workers: 1 },
    { subscribers: 50_000, cores: 8, workers: 7 },
    // More than one process may have files open for: more processes than cores.
    { subscribers: 50_000, cores: 2, workers: 4 },
  ])('$subscribers subscribers on $cores cores: $workers', ({ subscribers, cores, workers }) => {
    expect(workerCount(subscribers, cores)).toBe(workers);
  });
});
