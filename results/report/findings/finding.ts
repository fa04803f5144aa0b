import type { CompletedCell } from '../../delivery-result.ts';

/** One sentence that the data supports, or a few that belong together. */
export interface Finding {
  topic:
    | 'completeness'
    | 'validity'
    | 'latency'
    | 'polling'
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

/** A finding about these cells that is no problem. */
export function say(topic: Finding['topic'], cells: readonly CompletedCell[], text: string): Finding {
  return { topic, text, problem: false, cellIds: cells.map((result) => result.cell.id) };
}

/** A finding that something is wrong with these cells. */
export function warn(topic: Finding['topic'], cells: readonly CompletedCell[], text: string): Finding {
  return { ...say(topic, cells, text), problem: true };
}

/** The text with a capital letter at its beginning. */
export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The sentence, with "With 1,000 subscribers, " before it when there are several groups. */
export function inGroup(title: string, sentence: string): string {
  if (title === '') return sentence;
  return `With ${title}, ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

/** The first few items of a list, and how many more there are: "a, b and 4 more". */
export function few(items: readonly string[], limit: number): string[] {
  return items.length <= limit + 1 ? [...items] : [...items.slice(0, limit), `${items.length - limit} more`];
}
