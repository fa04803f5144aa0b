import type { TransportId } from '../../../servers/contract/transports.ts';
import type { CompletedCell } from '../../run-document.ts';
import type { ComparableGroup } from '../labels.ts';
import { formatBytes, formatCount, formatList, formatNumberOf, formatShare, significant } from '../numbers.ts';
import { type Finding, inGroup } from './finding.ts';

const envelopeWords: Record<TransportId, string> = {
  polling: 'response',
  'long-polling': 'response',
  sse: 'chunk',
  'http-stream': 'chunk',
  websocket: 'frame',
};

type Speak = (topic: Finding['topic'], cells: CompletedCell[], text: string, problem?: boolean) => Finding;

function overhead(group: ComparableGroup, name: (cell: CompletedCell) => string, speak: Speak): Finding[] {
  const known = group.cells.flatMap((cell) =>
    cell.bytes.overheadPerDelivery === null ? [] : [{ cell, bytes: cell.bytes.overheadPerDelivery }],
  );
  const sorted = known.sort((a, b) => a.bytes - b.bytes);
  const least = sorted[0];
  const most = sorted.at(-1);
  if (least === undefined || most === undefined || least.bytes === most.bytes) return [];
  const ratio = least.bytes > 0 ? `, ${significant(most.bytes / least.bytes)} times as much` : '';
  return [
    speak(
      'overhead',
      [least.cell, most.cell],
      `Overhead per delivery was from ${formatBytes(least.bytes)} (${name(least.cell)}) to ${formatBytes(most.bytes)} (${name(most.cell)})${ratio}. Bytes are counted, not sampled.`,
    ),
  ];
}

function batching(cell: CompletedCell, name: string, speak: Speak): Finding[] {
  const { eventsPerEnvelope, eventsPerRead } = cell.batching;
  const envelope = envelopeWords[cell.cell.transport];
  const parts: string[] = [];
  const differs = (value: number | null): value is number => value !== null && significant(value) !== '1.00';
  if (differs(eventsPerEnvelope))
    parts.push(`${significant(eventsPerEnvelope)} events in each ${envelope} that carried any`);
  if (differs(eventsPerRead)) {
    const same = eventsPerEnvelope !== null && significant(eventsPerEnvelope) === significant(eventsPerRead);
    parts.push(
      `${same ? 'as many' : `${significant(eventsPerRead)} events`} completed by each socket read that completed any`,
    );
  }
  return parts.length === 0
    ? []
    : [speak('batching', [cell], `${name} delivered in batches: ${parts.join(', ')}, on average.`)];
}

function requests(cell: CompletedCell, name: string, speak: Speak): Finding[] {
  const { count, empty, failed, perDelivery, skippedPolls } = cell.requests;
  const findings: Finding[] = [];
  if (count > 0 && perDelivery !== null) {
    const emptyText = empty > 0 ? `; ${formatShare(empty / count)} of the answers were empty` : '; no answer was empty';
    findings.push(
      speak('requests', [cell], `${name} needed ${significant(perDelivery)} requests per delivery${emptyText}.`),
    );
  }
  if (failed > 0)
    findings.push(
      speak(
        'requests',
        [cell],
        `${name}: ${formatNumberOf(failed, 'request')} got no answer or an unexpected one.`,
        true,
      ),
    );
  if (skippedPolls > 0) {
    findings.push(
      speak(
        'polling',
        [cell],
        `${name} left out ${formatNumberOf(skippedPolls, 'poll')}, because the one before was still unanswered when they were due.`,
        true,
      ),
    );
  }
  return findings;
}

function connections(cell: CompletedCell, name: string, speak: Speak): Finding[] {
  const { opened, failed, reconnected } = cell.connections;
  const needed = cell.cell.subscribers * cell.trials.length;
  const findings: Finding[] = [];
  if (opened > needed + reconnected) {
    findings.push(
      speak(
        'connections',
        [cell],
        `${name} opened ${formatCount(opened)} connections in ${formatNumberOf(cell.trials.length, 'trial')}, where ${formatCount(needed)} would have been one for each subscriber.`,
      ),
    );
  }
  if (failed > 0)
    findings.push(
      speak('connections', [cell], `${name}: ${formatNumberOf(failed, 'connection attempt')} failed.`, true),
    );
  if (reconnected > 0) {
    findings.push(
      speak(
        'connections',
        [cell],
        `${name}: ${formatNumberOf(reconnected, 'connection')} lost and opened again.`,
        true,
      ),
    );
  }
  return findings;
}

/** Overhead, batching, requests and connections: counted quantities, which need no interval. */
export function trafficFindings(group: ComparableGroup): Finding[] {
  const name = (cell: CompletedCell) => group.labels.get(cell.cell.id) ?? cell.cell.id;
  const speak: Speak = (topic, cells, text, problem = false) => ({
    topic,
    text: inGroup(group, text),
    problem,
    cellIds: cells.map((cell) => cell.cell.id),
  });
  const none = group.cells.filter((cell) => cell.requests.count === 0 && cell.deliveries.delivered > 0);
  return [
    ...overhead(group, name, speak),
    ...group.cells.flatMap((cell) => batching(cell, name(cell), speak)),
    ...group.cells.flatMap((cell) => requests(cell, name(cell), speak)),
    ...(none.length === 0
      ? []
      : [speak('requests', none, `${formatList(none.map(name))} made no request while events were measured.`)]),
    ...group.cells.flatMap((cell) => connections(cell, name(cell), speak)),
  ];
}
