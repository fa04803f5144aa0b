import type { DeliveryCell } from '../../scenarios/cell.ts';

/** What a scenario may ask for. */
const SUBSCRIBERS_MAX = 1_000_000;

/** The most subscribers of a cell for which `fits` holds, by bisection; at least 1. */
export function mostSubscribers(cell: DeliveryCell, fits: (cell: DeliveryCell) => boolean): number {
  let low = 1;
  let high = SUBSCRIBERS_MAX + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits({ ...cell, subscribers: middle })) low = middle;
    else high = middle;
  }
  return low;
}
