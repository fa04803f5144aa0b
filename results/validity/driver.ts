import type { LatencySummary } from '../delivery-result.ts';
import { formatShare, formatUs } from '../numbers.ts';
import { median } from '../summarize.ts';
import { type JudgedCell, type Outcome, type Rule, twoLimits, warnAbove } from './rule.ts';

/** Above this a driver's own queueing begins to show in the latencies. */
const UTILIZATION_PERCENT = 70;
/** Above this there is always something waiting in the driver, and its queue is what is measured. */
const SATURATION_PERCENT = 95;
/** A loop that has little to do is 0.7 to 1.5 ms late for a timer, measured on an idle machine; twice that is a delay. */
const DELAY_US = 3_000;
/** Delay of the loop against the measured p50: above a tenth it shows in the figures. */
const DELAY_SHARE = 0.1;

function delay(eventLoopDelayP99Us: number, { p50 }: LatencySummary): Outcome {
  return warnAbove(eventLoopDelayP99Us, Math.max(DELAY_US, DELAY_SHARE * (p50?.value ?? 0)), 'us at p99');
}

/** Of all trials the middle one: at p99 of one trial two or three timers decide. */
function delayOfCell({ trials, latencyUs }: JudgedCell): Outcome | null {
  const middle = median(trials.map(({ driverUsage }) => driverUsage.eventLoopDelayP99Us));
  return middle === null ? null : delay(middle, latencyUs);
}

/** Whether the driver measured itself. */
export const driverRules: readonly Rule[] = [
  {
    id: 'driver-utilization',
    name: 'the driver had time to spare',
    advice: 'Fewer subscribers or events per second, or a machine with more cores.',
    ofTrial: ({ driverUsage }) =>
      twoLimits(
        100 * driverUsage.eventLoopUtilization,
        UTILIZATION_PERCENT,
        SATURATION_PERCENT,
        '% of the time in the busiest worker',
      ),
    warning: {
      what: 'The driver was the bottleneck, so latencies are upper bounds. Share of the time in which its busiest worker was busy',
      fact: (percent) => formatShare(percent / 100),
    },
  },
  {
    id: 'driver-delay',
    name: 'the driver came to its events in time',
    advice: 'Close other programs, or use fewer subscribers or events per second, or a machine with more cores.',
    ofTrial: ({ driverUsage, latencyUs }) => delay(driverUsage.eventLoopDelayP99Us, latencyUs),
    ofCell: delayOfCell,
    warning: {
      what: 'The event loop of the driver was late, and with it what it measures. Its delay at p99, in the middle trial',
      fact: (us) => formatUs(us),
    },
  },
];
