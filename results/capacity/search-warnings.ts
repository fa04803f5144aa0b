import { significant } from '../numbers.ts';
import type { MachineUsage } from '../resource-usage.ts';
import type { Warning } from '../run-document.ts';
import type { CapacitySearchSection } from './capacity-search-section.ts';
import { OTHERS_SHARE_MAX } from './limits.ts';

/** What should be known before the answers are believed: here, that other programs took part in most probes. */
export function searchWarnings({ searches }: CapacitySearchSection): Warning[] {
  const machines = searches
    .flatMap(({ probes }) => probes.map(({ measured }) => measured?.machine ?? null))
    .filter((machine): machine is MachineUsage => machine !== null)
    .toSorted((a, b) => a.otherCores - b.otherCores);
  const median = machines[Math.floor((machines.length - 1) / 2)];
  if (median === undefined || median.otherCores / median.cores <= OTHERS_SHARE_MAX) return [];
  return [
    {
      code: 'other-programs',
      message: `Other programs used ${significant(median.otherCores)} of ${median.cores} cores in the median probe, so the answers may be lower than what this machine can do by itself.`,
      advice: 'Close them and search again.',
      cellIds: [],
    },
  ];
}
