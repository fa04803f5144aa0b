import { CALIBRATION_PAYLOAD_BYTES } from '../../scenarios/calibration.ts';
import { formatCount, formatShare, significant, timeUnits, type Unit, unitForAll } from '../numbers.ts';
import type { Calibration } from '../run-document.ts';

/** A column about the driver by itself: the terminal and the HTML report show the same ones under the same words. */
interface CalibrationColumn {
  title: string;
  /** Short lines for the terminal; `*` stands for the unit, which all columns of times of one kind share. */
  heading: readonly string[];
  explanation: string;
  cells: readonly string[];
  /** Empty for a bare number. */
  unit: string;
}

export const CALIBRATION_TITLE = 'The driver by itself';

/** What the table is, and what it is not. */
export const CALIBRATION_READING =
  'The publisher and the driver of this run with a server that only writes bytes made beforehand, one short trial of each ' +
  `transport, evenly spaced events of ${CALIBRATION_PAYLOAD_BYTES} B: what the instrument takes by itself. It is part of ` +
  'every figure of this run and subtracted from none. Latency is from due until received; of polling from the sending of a ' +
  'poll until its answer, and CPU is per poll.';

/** The columns after the transport, filled for these calibrations. */
export function calibrationColumns(all: readonly Calibration[]): CalibrationColumn[] {
  const latencies = all.flatMap(({ latencyUs }) => [latencyUs.p50, latencyUs.p99, latencyUs.max]);
  const latencyUnit = unitForAll(timeUnits, latencies);
  const cpuUnit = unitForAll(
    timeUnits,
    all.map(({ driverCpuUsPerUnit }) => driverCpuUsPerUnit),
  );
  const column = (
    title: string,
    heading: readonly string[],
    explanation: string,
    text: (calibration: Calibration) => string,
    unit = '',
  ): CalibrationColumn => ({
    title,
    heading: heading.map((line) => line.replace('*', unit)),
    explanation,
    cells: all.map(text),
    unit,
  });
  const time = (
    title: string,
    heading: readonly string[],
    unit: Unit,
    explanation: string,
    us: (calibration: Calibration) => number,
  ) => column(title, heading, explanation, (each) => significant(us(each) / unit.size), unit.symbol);
  return [
    column('Subscribers', ['subscribers'], 'The most of any cell, at most 100.', ({ subscribers }) =>
      formatCount(subscribers),
    ),
    column(
      'Events',
      ['events', '/s'],
      'The highest rate of any cell, at least 50 and at most 100; of polling the rate of a subscriber’s polls, each of which brings one event.',
      ({ eventsPerSec }) => formatCount(Number(eventsPerSec.toPrecision(4))),
      '/s',
    ),
    column('Measured', ['measured', ''], 'Deliveries that the latency is of; of polling, polls.', ({ latencyUs }) =>
      formatCount(latencyUs.count),
    ),
    time('Latency, p50', ['p50', '*'], latencyUnit, 'Half were at most this late.', ({ latencyUs }) => latencyUs.p50),
    time(
      'Latency, p99',
      ['p99', '*'],
      latencyUnit,
      'Ninety-nine in a hundred were at most this late.',
      ({ latencyUs }) => latencyUs.p99,
    ),
    time('Latency, max', ['max', '*'], latencyUnit, 'The latest.', ({ latencyUs }) => latencyUs.max),
    time(
      'Driver CPU',
      ['driver', 'CPU', '*'],
      cpuUnit,
      'Processor time of the driver’s workers in the measure phase, per delivery; of polling, per poll.',
      ({ driverCpuUsPerUnit }) => driverCpuUsPerUnit,
    ),
    column(
      'Driver busy',
      ['driver', 'busy', ''],
      'Share of the time that the event loop of the busiest worker was busy.',
      ({ eventLoopUtilization }) => formatShare(eventLoopUtilization),
    ),
  ];
}
