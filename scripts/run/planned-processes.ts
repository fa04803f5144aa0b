import type { Plan } from '../../scenarios/cell.ts';
import { type MachineLimits, type ProcessLayout, processLayout } from '../../scenarios/process-layout.ts';

/** The processes of each trial of a delivery cell, known before anything runs. */
export interface PlannedProcesses extends ProcessLayout {
  cellId: string;
}

/** The processes of every delivery cell of a plan on a machine of these limits. */
export function describeProcesses(plan: Plan, limits: MachineLimits): PlannedProcesses[] {
  return plan.cells.flatMap((cell) =>
    cell.kind === 'delivery' ? [{ cellId: cell.id, ...processLayout(cell, plan.phases, limits) }] : [],
  );
}
