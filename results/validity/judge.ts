import { arithmeticRules } from './arithmetic.ts';
import type { Check, Validity } from './check.ts';
import { connectionRules } from './connections.ts';
import { driverRules } from './driver.ts';
import { feedRules } from './feed.ts';
import { machineRules } from './machine.ts';
import { pollingRules } from './polling.ts';
import type { Circumstances, JudgedCell, JudgedTrial, Outcome, Rule } from './rule.ts';
import { steadinessRules } from './steadiness.ts';

/** All questions, in the order in which they are shown: what happened, who measured it, whether the figures fit together. */
export const rules: readonly Rule[] = [
  ...feedRules,
  ...connectionRules,
  ...pollingRules,
  ...driverRules,
  ...machineRules,
  ...steadinessRules,
  ...arithmeticRules,
];

function checkOf({ id, name, advice }: Rule, { ok, severity, value, limit }: Outcome): Check {
  return { id, name, ok, severity, value, limit, advice };
}

function validityOf(checks: Check[]): Validity {
  return { ok: !checks.some(isInvalid), checks };
}

const isInvalid = (check: Check) => !check.ok && check.severity === 'invalid';

/** The checks of one trial; those that cannot be asked of it are left out. */
export function judgeTrial(trial: JudgedTrial, circumstances: Circumstances): Validity {
  return validityOf(
    rules.flatMap((rule) => {
      const outcome = rule.ofTrial(trial, circumstances);
      return outcome === null ? [] : [checkOf(rule, outcome)];
    }),
  );
}

/** Not valid before doubtful before sound; of the same kind, the one farthest from 0. */
function worstOf(checks: readonly Check[]): Check | null {
  const rank = (check: Check) => (isInvalid(check) ? 2 : check.ok ? 0 : 1);
  return checks.toSorted((a, b) => rank(b) - rank(a) || Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0))[0] ?? null;
}

/**
 * The checks of a cell. One that makes a trial invalid makes the cell invalid; apart from that a rule that can judge the
 * cell as a whole does so, and of any other the worst trial counts.
 */
export function judgeCell(cell: JudgedCell): Validity {
  return validityOf(
    rules.flatMap((rule) => {
      const ofTrials = cell.trials.flatMap(({ validity }) => validity.checks.filter(({ id }) => id === rule.id));
      const worst = worstOf(ofTrials);
      if (worst !== null && isInvalid(worst)) return [worst];
      const outcome = rule.ofCell?.(cell) ?? null;
      if (outcome !== null) return [checkOf(rule, outcome)];
      return worst === null ? [] : [worst];
    }),
  );
}
