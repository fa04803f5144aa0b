import { commitText } from '../compare/run-differences.ts';
import { formatIn, formatList, formatNumberOf } from '../numbers.ts';
import { changeText } from '../report/comparison/change-text.ts';
import type { FoundStep } from './history.ts';
import { runDay } from './run-time.ts';

/** The title of a metric within a sentence: "latency p50". */
const noun = (title: string) => `${title.charAt(0).toLowerCase()}${title.slice(1).replace(', ', ' ')}`;

/** At which commit, and what a reader should know of the run before it. */
function whereText({ scenario, step }: FoundStep): string {
  const [before, run] = [scenario.runs[step.run - 1]?.about, scenario.runs[step.run]?.about];
  if (run === undefined || before === undefined) return '';
  const [commit, commitBefore] = [commitText(run.tool), commitText(before.tool)];
  const at =
    commit === null ? `in the run of ${runDay(run)}, whose commit is unknown` : `at commit ${commit} of ${runDay(run)}`;
  if (commit === null || commitBefore === null) return at;
  return commit === commitBefore
    ? `${at}, which is the commit of the run before too`
    : `${at} (the run before: ${commitBefore})`;
}

/** What a step is, in sentences: from what to what, at which commit, beyond what, and how sure that is. */
export function stepText(found: FoundStep): { lead: string; rest: string } {
  const { scenario, cell, trend, step } = found;
  const { units } = trend.metric;
  const text = (value: number) => formatIn(units, value);
  const change = step.from > 0 && step.to > 0 ? ` (${changeText(step.to / step.from)})` : '';
  const { low, high, runs } = step.band;
  const bounds = low === high ? text(low) : `${text(low)} to ${text(high)}`;
  const sureness =
    step.runsSince === 1
      ? 'It is one run so far, which may be chance: the next one tells.'
      : `It has held for ${formatNumberOf(step.runsSince, 'run')}.`;
  const others = scenario.changes[step.run] ?? [];
  const also = others.length === 0 ? '' : ` With it changed: ${formatList(others.map(({ what }) => what))}.`;
  return {
    lead: `${cell.label}: ${noun(trend.metric.title)} ${step.direction} from ${text(step.from)} to ${text(step.to)}${change}`,
    rest: ` ${whereText(found)}, beyond what the ${runs} runs before let expect (${bounds}). ${sureness}${also}`,
  };
}
