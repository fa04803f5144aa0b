import type { DeliveryCell } from '../../scenarios/cell.ts';

/** What cells must share to differ in transport and its options alone, as a text by the cell's id. */
export function comparableKeys(cells: readonly DeliveryCell[]): Map<string, string> {
  return new Map(
    cells.map(({ id, server, subscribers, eventsPerSec, payloadBytes, schedule, headers, serverOptions }) => [
      id,
      JSON.stringify([server, subscribers, eventsPerSec, payloadBytes, schedule, headers, serverOptions]),
    ]),
  );
}
