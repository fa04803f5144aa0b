import type { TransportId } from '../../../servers/contract/transports.ts';
import type { CompletedCell } from '../../delivery-result.ts';
import { type ComparableGroup, marked } from '../../labels.ts';
import { formatBytes, formatCount, formatList, formatShare, significant } from '../../numbers.ts';
import { type Finding, few, say } from './finding.ts';

/** Below this, batching is the accident of two events that fell due together. */
const BATCHED = 1.1;
// More names than this are a list that nobody reads.
const MOST_NAMES = 6;

type Name = (result: CompletedCell) => string;

/** Transports whose events come in responses, several to one if they have gathered. */
const inResponses: readonly TransportId[] = ['polling', 'long-polling'];

/** Whether responses of this cell carry more than one event. */
export function sharesResponses({ cell, batching, bytes }: CompletedCell): boolean {
  return (
    inResponses.includes(cell.transport) &&
    (batching.eventsPerEnvelope ?? 0) >= BATCHED &&
    bytes.overheadPerDelivery !== null
  );
}

/** Whether the events of this push transport gathered before the subscriber read them. */
export function gathers({ cell, batching }: CompletedCell): boolean {
  return !inResponses.includes(cell.transport) && (batching.eventsPerRead ?? 0) >= BATCHED;
}

/** A value of a cell in words, as an item of a list. */
interface Item {
  cell: CompletedCell;
  value: number;
  text: string;
}

// A transport with more variants than this is told by its extremes.
const MOST_VARIANTS = 2;

/** The items in words; of a transport with many variants only the smallest and the largest value. */
function condensed(items: readonly Item[], name: Name): string[] {
  const byTransport = Map.groupBy(items, ({ cell }) => cell.cell.transport);
  return [...byTransport].flatMap(([transport, variants]) => {
    const sorted = variants.toSorted((a, b) => a.value - b.value);
    const [least, most] = [sorted[0], sorted.at(-1)];
    if (variants.length <= MOST_VARIANTS || least === undefined || most === undefined) {
      return variants.map(({ cell, text }) => `${name(cell)} ${text}`);
    }
    const inWords = ({ cell, text }: Item) => `${text} ${name(cell).slice(transport.length).trimStart()}`;
    return [`${transport} from ${inWords(least)} to ${inWords(most)}`];
  });
}

function overhead(cells: CompletedCell[], name: Name): Finding[] {
  const items = cells
    .flatMap((cell): Item[] => {
      const value = cell.bytes.overheadPerDelivery;
      return value === null ? [] : [{ cell, value, text: formatBytes(value) }];
    })
    .sort((a, b) => a.value - b.value);
  if (items.length === 0) return [];
  return [say('overhead', cells, `Overhead per delivery, counted to the byte: ${formatList(condensed(items, name))}.`)];
}

/** Why the overhead per delivery of transports with responses depends on how many events share one. */
function sharedResponses(cells: CompletedCell[], name: Name): Finding[] {
  const sharing = cells.filter(sharesResponses);
  const items = sharing.map((cell): Item => {
    const events = cell.batching.eventsPerEnvelope as number;
    return { cell, value: events, text: `${significant(events)} events` };
  });
  const [first] = items;
  if (first === undefined) return [];
  if (items.length > 1) {
    const text = `The events of one response share its overhead: ${formatList(condensed(items, name))}, on average.`;
    return [say('batching', sharing, text)];
  }
  const perDelivery = first.cell.bytes.overheadPerDelivery as number;
  const empty = first.cell.requests.empty > 0 ? ', empty answers included,' : '';
  return [
    say(
      'batching',
      sharing,
      `${significant(first.value)} events share one response of ${name(first.cell)} on average, so ${formatBytes(perDelivery * first.value)} of overhead per response${empty} cost ${formatBytes(perDelivery)} per delivery.`,
    ),
  ];
}

function gatheredReads(cells: CompletedCell[], name: Name): Finding[] {
  const gathered = cells.filter(gathers);
  if (gathered.length === 0) return [];
  const values = gathered.map((cell) => {
    const { eventsPerRead, eventsPerWrite } = cell.batching;
    // What the server wrote together has cost it less; what met only in the subscriber's buffer has not.
    const written =
      (eventsPerWrite ?? 0) >= BATCHED ? ` (${significant(eventsPerWrite as number)} a server write)` : '';
    return `${significant(eventsPerRead as number)} with ${name(cell)}${written}`;
  });
  return [
    say(
      'batching',
      gathered,
      `Events gathered before subscribers read them: one socket read completed ${formatList(values)}, on average.`,
    ),
  ];
}

/** Cells that made no request while events were measured, in words; null when there are none. */
export function requestless(cells: readonly CompletedCell[], name: Name): string | null {
  const none = cells.filter((cell) => cell.requests.count === 0 && cell.deliveries.delivered > 0);
  if (none.length === 0) return null;
  return `${formatList([...new Set(none.map(name))])} made none while events were measured`;
}

function requests(cells: CompletedCell[], name: Name): Finding[] {
  const asking = cells.filter((cell) => cell.requests.count > 0 && cell.requests.perDelivery !== null);
  if (asking.length === 0) return [];
  const anyEmpty = asking.some((cell) => cell.requests.empty > 0);
  const items = asking.map((cell): Item => {
    const { count, empty, perDelivery } = cell.requests;
    const share = empty > 0 ? `${formatShare(empty / count)} of the answers empty` : 'no answer empty';
    const value = perDelivery as number;
    return { cell, value, text: `${significant(value)}${anyEmpty ? ` with ${share}` : ''}` };
  });
  const none = requestless(cells, name);
  return [
    say(
      'requests',
      cells,
      `Requests per delivery: ${formatList(condensed(items, name))}${anyEmpty ? '' : ', no answer empty'}${none === null ? '' : `; ${none}`}.`,
    ),
  ];
}

/** Names cells that opened more connections than one for each subscriber and trial and each one lost. */
export function connectionFindings(cells: readonly CompletedCell[], name: Name): Finding[] {
  const more = cells.filter(({ connections, cell, trials }) => {
    return connections.opened > cell.subscribers * trials.length + connections.reconnected;
  });
  if (more.length === 0) return [];
  const values = more.map((result, at) => {
    const { connections, cell, trials } = result;
    const needed = formatCount(cell.subscribers * trials.length);
    const instead = at === 0 ? `, where one for each subscriber and trial would have been ${needed}` : ` (${needed})`;
    return `${name(result)} ${formatCount(connections.opened)}${instead}`;
  });
  return [say('connections', more, `Connections opened: ${few(values, MOST_NAMES).join('; ')}.`)];
}

/** Overhead, batching, requests and connections of one group: counted quantities, which need no interval. */
export function trafficFindings({ cells, labels }: ComparableGroup): Finding[] {
  const name = (cell: CompletedCell) => marked(labels.get(cell.cell.id) ?? cell.cell.id, cell);
  return [
    ...overhead(cells, name),
    ...sharedResponses(cells, name),
    ...requests(cells, name),
    ...gatheredReads(cells, name),
    ...connectionFindings(cells, name),
  ];
}
