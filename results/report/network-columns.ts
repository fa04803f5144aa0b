import type { CompletedCell } from '../delivery-result.ts';
import { byteUnits, formatList, formatShare, significant, type Unit, unitForAll } from '../numbers.ts';
import type { NetworkCounts } from '../traffic.ts';

/** A cell with what the kernel counted while its feed ran. */
export interface CountedCell {
  result: CompletedCell;
  network: NetworkCounts;
}

export const NETWORK_TITLE = 'On the network';

/** The cells whose packets could be counted and that had deliveries. */
export function countedCells(results: readonly CompletedCell[]): CountedCell[] {
  return results.flatMap((result) =>
    result.network === null || result.network.deliveries === 0 ? [] : [{ result, network: result.network }],
  );
}

/** What other programs may have added: what the loopback carried before the run, for as long as the feeds took. */
function backgroundShare({ result, network }: CountedCell): number | null {
  if (network.backgroundBytesPerSec === null) return null;
  const feedSec = result.trials.reduce((sum, trial) => sum + trial.feedUs, 0) / 1e6;
  return (network.backgroundBytesPerSec * feedSec) / network.ipBytes;
}

/** Whose packets these are, and how far they can be trusted. */
export function networkReading(cells: readonly CountedCell[]): string {
  const about =
    'Per delivery over the whole feed, warm-up included, as the kernel counted it on the loopback; TCP/IP is headers and bare ACKs.';
  const host = cells.filter(({ network }) => network.scope === 'host');
  if (host.length === 0) return `${about} The run had a network namespace of its own, so nothing else is in it.`;
  const shares = host.map(backgroundShare);
  const known = shares.filter((share) => share !== null);
  const doubt =
    known.length < shares.length
      ? 'how much they sent before the run is not known'
      : `as much as before the run, it would be up to ${formatShare(Math.max(...known))} of the IP bytes of a cell`;
  return `${about} Other programs share this loopback, and what they sent is in it: ${doubt}.`;
}

/** Retransmissions, which are in the counts: with any, packets say less of the transport; null without. */
export function retransmissionNote(
  cells: readonly CountedCell[],
  label: (result: CompletedCell) => string,
): string | null {
  const sentAgain = cells.filter(({ network }) => network.retransmissions > 0);
  if (sentAgain.length === 0) return null;
  const named = sentAgain.map(({ result, network }) => {
    return `${label(result)} ${formatShare(network.retransmissions / network.packets)}`;
  });
  return `Packets that TCP sent again are in the counts: ${formatList(named)}.`;
}

/** A quantity per delivery: the terminal and the HTML report show the same ones under the same words. */
interface NetworkColumn {
  title: string;
  unit: string;
  cells: string[];
}

/** Packets and IP bytes of these cells; the bytes add up from left to right. */
export function networkColumns(cells: readonly CountedCell[]): NetworkColumn[] {
  const perDelivery = (of: (network: NetworkCounts) => number) =>
    cells.map(({ network }) => of(network) / network.deliveries);
  const bytes: [string, number[]][] = [
    ['payload', perDelivery(({ breakdown }) => breakdown.payload)],
    ['overhead', perDelivery(({ wireBytes, breakdown }) => wireBytes - breakdown.payload)],
    ['TCP/IP', perDelivery(({ breakdown }) => breakdown.tcpIp)],
    ['IP bytes', perDelivery(({ ipBytes }) => ipBytes)],
  ];
  const unit: Unit = unitForAll(
    byteUnits,
    bytes.flatMap(([, values]) => values),
  );
  return [
    { title: 'packets', unit: '', cells: perDelivery(({ packets }) => packets).map((value) => significant(value)) },
    ...bytes.map(([title, values]) => ({
      title,
      unit: unit.symbol,
      cells: values.map((value) => significant(value / unit.size)),
    })),
  ];
}
