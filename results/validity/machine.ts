import { formatShare } from '../numbers.ts';
import type { MachineUsage } from '../resource-usage.ts';
import { type Outcome, type Rule, twoLimits, warnAbove } from './rule.ts';

/** More than 1 % taken by the hypervisor is a warning; from a tenth on the machine is another one. */
const STOLEN_PERCENT = 1;
const STOLEN_INVALID_PERCENT = 10;
/** Other programs: a tenth of the machine, as in the search for capacities; half of it is their measurement. */
const OTHERS_PERCENT = 10;
const OTHERS_INVALID_PERCENT = 50;
/** With fewer of all cores idle, over seconds, whoever has work to do often waits for a core. */
const BUSY_PERCENT = 90;

const percentOf = (machine: MachineUsage, part: 'stolenCores' | 'otherCores' | 'idleCores') =>
  (100 * machine[part]) / machine.cores;

const percentFact = (percent: number) => formatShare(percent / 100);

function busy(machine: MachineUsage): Outcome {
  return warnAbove(100 - percentOf(machine, 'idleCores'), BUSY_PERCENT, '% of all cores busy');
}

/** The machine that server, publisher and driver share. */
export const machineRules: readonly Rule[] = [
  {
    id: 'stolen-cpu',
    name: 'the hypervisor left the machine its processor time',
    advice: 'Run again at another time, or on a machine whose cores are not shared.',
    ofTrial: ({ machine }) =>
      machine && twoLimits(percentOf(machine, 'stolenCores'), STOLEN_PERCENT, STOLEN_INVALID_PERCENT, '% of all cores'),
    warning: {
      what: 'The hypervisor gave processor time of this machine to others, and latencies contain that. Share of all cores in the worst trial',
      fact: percentFact,
    },
  },
  {
    id: 'other-programs',
    name: 'the run had the machine to itself',
    advice: 'Close the other programs and run again.',
    ofTrial: ({ machine }) =>
      machine && twoLimits(percentOf(machine, 'otherCores'), OTHERS_PERCENT, OTHERS_INVALID_PERCENT, '% of all cores'),
    warning: {
      what: 'Other programs used the machine, and latencies contain that. Their share of all cores in the worst trial',
      fact: percentFact,
    },
  },
  {
    id: 'busy-cores',
    name: 'the machine was not at its limit',
    advice: 'Fewer subscribers or events per second, or a machine with more cores.',
    ofTrial: ({ machine }) => machine && busy(machine),
    warning: {
      what: 'The machine was at its limit, so latencies contain waits for a core. Share of all cores that was busy in the worst trial',
      fact: percentFact,
    },
  },
];
