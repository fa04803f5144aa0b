import type { Group } from './group.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { pollCost } from './poll-cost.ts';
import { pushCost } from './push-cost.ts';

/** Every table of `bench:driver`, by the name that `--only` takes. */
export const groups: Record<string, Group> = { push: pushCost, polls: pollCost, memory, latency };
