import { describe, expect, test } from 'vitest';
import { transportIds } from '../servers/contract/transports.ts';
import { estimateBlockMs, furtherBlock } from './further-blocks.ts';
import { loadScenario } from './load.ts';
import { planScenario } from './plan.ts';

const offered = { fastify: transportIds };
const { scenario } = loadScenario('quick');
const { capacity: _, ...withoutCapacity } = scenario;
const plan = planScenario(scenario, {}, offered);
const deliveryIds = plan.cells.filter((cell) => cell.kind === 'delivery').map((cell) => cell.id);

describe('a further block', () => {
  test('is the block that a longer plan would have had: its order, its seed, its feed', () => {
    const longer = planScenario(withoutCapacity, { trials: 9 }, offered);
    for (const trial of [6, 9]) {
      const block = furtherBlock(plan, trial, new Set(deliveryIds));
      expect(block).toEqual(longer.trials.filter((planned) => planned.trial === trial));
      expect(block).toHaveLength(5);
    }
  });

  test('leaves out other cells, and the request ceiling always, without changing the order of the rest', () => {
    const all = furtherBlock(plan, 6, new Set(plan.cells.map((cell) => cell.id))).map(({ cellId }) => cellId);
    expect(all.toSorted()).toEqual(deliveryIds.toSorted());
    const wide = new Set([deliveryIds[1], deliveryIds[3]] as string[]);
    expect(furtherBlock(plan, 6, wide).map(({ cellId }) => cellId)).toEqual(all.filter((id) => wide.has(id)));
    expect(furtherBlock(plan, 6, new Set())).toEqual([]);
  });

  test('takes one trial of every delivery cell that runs', () => {
    const [first] = deliveryIds as [string];
    const one = estimateBlockMs(plan, (id) => id === first);
    expect(one).toBeGreaterThan(scenario.phases.warmupMs + scenario.phases.measureMs);
    expect(estimateBlockMs(plan, () => true)).toBeCloseTo(5 * one, 6);
  });
});
