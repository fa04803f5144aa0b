import type { CompletedCell } from '../../delivery-result.ts';
import { type ComparableGroup, type Comparison, resultLabels } from '../../labels.ts';
import { formatBytes, formatList, formatShare, formatUs, significant } from '../../numbers.ts';
import type { CellComparison } from '../../run-document.ts';
import { batchedCostFindings } from './batched-cost.ts';
import { capitalized, type Finding, say } from './finding.ts';
import { latencyP50, type OrderedQuantity, orderFindings, serverCpu, tailFindings, whyNotCompared } from './order.ts';
import { connectionFindings, gathers, requestless, sharesResponses } from './traffic.ts';

// Without one axis there is no first and last: with more groups than this an order of each would fill the page.
const MOST_ORDERS = 3;

/** One transport, with the same options, over all groups. */
interface Variant {
  name: string;
  cells: CompletedCell[];
}

function variantsOf(groups: readonly ComparableGroup[]): Variant[] {
  const named = groups.flatMap(({ cells, labels }) =>
    cells.map((cell) => ({ name: labels.get(cell.cell.id) ?? cell.cell.id, cell })),
  );
  return [...Map.groupBy(named, ({ name }) => name)].map(([name, members]) => ({
    name,
    cells: members.map(({ cell }) => cell),
  }));
}

/** How a quantity goes over the groups. */
interface Course {
  name: string;
  first: CompletedCell;
  last: CompletedCell;
  /** No value differs from another as it is shown. */
  isConstant: boolean;
  text: string;
}

/**
 * From the first value to the last, or from the smallest to the largest where the groups have no ends. Null when there is no
 * value in the first or the last group.
 */
function courseOf(
  { name, cells }: Variant,
  { groups, hasEnds }: Comparison,
  read: (cell: CompletedCell) => number | null,
  format: (value: number) => string,
): Course | null {
  const known = cells.flatMap((cell) => {
    const value = read(cell);
    return value === null ? [] : [{ cell, value }];
  });
  const ends = hasEnds ? known : known.toSorted((a, b) => a.value - b.value);
  const first = ends[0];
  const last = ends.at(-1);
  if (first === undefined || last === undefined) return null;
  const isWhole = groups[0]?.cells.includes(first.cell) === true && groups.at(-1)?.cells.includes(last.cell) === true;
  if (hasEnds && !isWhole) return null;
  const isConstant = new Set(known.map(({ value }) => format(value))).size === 1;
  const text = isConstant ? format(first.value) : `${format(first.value)} to ${format(last.value)}`;
  return { name, first: first.cell, last: last.cell, isConstant, text };
}

/** Those that change, then those that do not. */
function coursesText(courses: readonly Course[]): string {
  const named = (isConstant: boolean) =>
    formatList(courses.filter((course) => course.isConstant === isConstant).map(({ name, text }) => `${name} ${text}`));
  const constant = named(true) === '' ? '' : `the same throughout for ${named(true)}`;
  return [named(false), constant].filter((part) => part !== '').join('; ');
}

/** "from 100 to 2,000 subscribers", or how many there are where there is no first and last. */
function spanOf({ groups, parameters, hasEnds }: Comparison): string {
  const [from, to] = [groups[0]?.title ?? '', groups.at(-1)?.title ?? ''];
  if (hasEnds) return `from ${/^[\d,.]+-?/.exec(from)?.[0] ?? from} to ${to}`;
  return `over ${groups.length} ${parameters.length === 1 ? 'values' : 'combinations'} of ${formatList(parameters)}`;
}

/** Whether the intervals of the two overlap; without an interval nobody can say that they do not. */
function mayBeTheSame(a: CompletedCell, b: CompletedCell, quantity: OrderedQuantity): boolean {
  const [one, other] = [quantity.read(a), quantity.read(b)];
  if (one?.low == null || one.high === null || other?.low == null || other.high === null) return true;
  return one.low <= other.high && other.low <= one.high;
}

function timeFindings(comparison: Comparison, variants: readonly Variant[], quantity: OrderedQuantity): Finding[] {
  const usable = (cell: CompletedCell) => {
    const why = whyNotCompared(cell, quantity);
    return why === null ? (quantity.read(cell)?.value ?? null) : null;
  };
  const courses = variants.flatMap((variant) => {
    const course = courseOf(variant, comparison, usable, formatUs);
    if (course === null) return [];
    // Cells of different groups are not compared by a test; intervals that do not overlap are the stricter one.
    const isTie = !course.isConstant && mayBeTheSame(course.first, course.last, quantity);
    return [{ ...course, text: `${course.text}${isTie ? ' (no difference shown)' : ''}` }];
  });
  if (courses.length === 0) return [];
  const cells = variants.flatMap((variant) => variant.cells);
  return [say(quantity.topic, cells, `${capitalized(quantity.noun)} ${spanOf(comparison)}: ${coursesText(courses)}.`)];
}

function countFinding(
  topic: Finding['topic'],
  noun: string,
  comparison: Comparison,
  variants: readonly Variant[],
  read: (cell: CompletedCell) => number | null,
  format: (value: number) => string,
  ending = '',
): Finding[] {
  const courses = variants.flatMap((variant) => {
    const course = courseOf(variant, comparison, read, format);
    return course === null ? [] : [course];
  });
  if (courses.length === 0) return [];
  const cells = variants.flatMap((variant) => variant.cells);
  return [say(topic, cells, `${noun} ${spanOf(comparison)}: ${coursesText(courses)}${ending}.`)];
}

function requestFindings(comparison: Comparison, variants: readonly Variant[]): Finding[] {
  const asking = variants.filter(({ cells }) => cells.some((cell) => cell.requests.count > 0));
  const silent = variants.filter((variant) => !asking.includes(variant));
  const name = (cell: CompletedCell) => silent.find(({ cells }) => cells.includes(cell))?.name ?? cell.cell.id;
  const none = requestless(
    silent.flatMap(({ cells }) => cells),
    name,
  );
  const answers = asking.flatMap(({ cells }) => cells.map(({ requests }) => requests));
  const shares = answers.filter(({ count }) => count > 0).map(({ count, empty }) => empty / count);
  const most = Math.max(0, ...shares);
  const empty = most === 0 ? '; no answer empty' : `; at most ${formatShare(most)} of the answers of a cell empty`;
  return countFinding(
    'requests',
    'Requests per delivery',
    comparison,
    asking,
    (cell) => (cell.requests.count === 0 ? null : cell.requests.perDelivery),
    significant,
    `${empty}${none === null ? '' : `; ${none}`}`,
  );
}

function batchingFindings(comparison: Comparison, variants: readonly Variant[]): Finding[] {
  return [
    ...countFinding(
      'batching',
      'Events that share one response, and so its overhead,',
      comparison,
      variants.filter(({ cells }) => cells.some(sharesResponses)),
      (cell) => cell.batching.eventsPerEnvelope,
      significant,
    ),
    ...countFinding(
      'batching',
      'Events that gathered and were completed by one socket read',
      comparison,
      variants.filter(({ cells }) => cells.some(gathers)),
      (cell) => cell.batching.eventsPerRead,
      significant,
    ),
  ];
}

/**
 * What a sweep says: the order of the transports at both ends, and how each quantity goes from the one to the other.
 * A group in the middle has its rows in the table and no sentence.
 */
export function sweepFindings(comparison: Comparison, comparisons: readonly CellComparison[]): Finding[] {
  const { groups, hasEnds } = comparison;
  const ends = hasEnds ? [groups[0], groups.at(-1)] : groups.length <= MOST_ORDERS ? groups : [];
  const ofEnds = (of: (group: ComparableGroup) => Finding[]) =>
    ends.flatMap((group) => (group === undefined ? [] : of(group)));
  const variants = variantsOf(groups);
  const cells = groups.flatMap((group) => group.cells);
  const labels = resultLabels(cells);
  return [
    ...ofEnds((group) => [...orderFindings(group, latencyP50, comparisons), ...tailFindings(group, comparisons)]),
    ...timeFindings(comparison, variants, latencyP50),
    ...countFinding(
      'overhead',
      'Overhead per delivery',
      comparison,
      variants,
      (cell) => cell.bytes.overheadPerDelivery,
      formatBytes,
    ),
    ...batchingFindings(comparison, variants),
    ...requestFindings(comparison, variants),
    ...timeFindings(comparison, variants, serverCpu),
    // One is enough to know the effect, and it is largest where most is asked of the server.
    ...ofEnds((group) => batchedCostFindings(group, comparisons)).slice(-1),
    ...connectionFindings(cells, (cell) => labels.get(cell.cell.id) ?? cell.cell.id),
  ];
}
