import type { ComparableGroup } from '../labels.ts';

/** One sentence that the data supports, or a few that belong together. */
export interface Finding {
  topic:
    | 'completeness'
    | 'validity'
    | 'latency'
    | 'polling'
    | 'schedule'
    | 'overhead'
    | 'batching'
    | 'requests'
    | 'connections'
    | 'cpu'
    | 'model';
  text: string;
  /** Something is wrong with the run or a server; shown as such. */
  problem: boolean;
  /** The cells it is about. */
  cellIds: string[];
}

/** The sentence, with "With 1,000 subscribers: " before it when there are several groups. */
export function inGroup(group: ComparableGroup, sentence: string): string {
  if (group.title === '') return sentence;
  return `With ${group.title}: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}
