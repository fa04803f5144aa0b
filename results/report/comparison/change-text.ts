import type { ChangeVerdict } from '../../compare/change.ts';
import type { MetricChange } from '../../compare/compare-runs.ts';
import { formatCount, significant, UNKNOWN, type Unit, unitFor } from '../../numbers.ts';

/** Told apart without colour. */
export const verdictSigns: Record<ChangeVerdict, string> = { better: '✓', worse: '✕', same: '=', undecided: '?' };

const MINUS = '−';
/** Above this a change is said as a multiple: 1,200 % is hard to picture. */
const LARGEST_IN_PERCENT = 10;

/** A ratio as the change it is: "+12.3 %", "−0.25 %", "0 %" for none at all; from ten times on "× 12.3". */
export function changeText(ratio: number): string {
  if (ratio >= LARGEST_IN_PERCENT) return `× ${significant(ratio)}`;
  const percent = (ratio - 1) * 100;
  if (percent === 0) return '0 %';
  const size = Math.abs(percent);
  if (size < 0.005) return '0.00 %';
  const sign = percent > 0 ? '+' : MINUS;
  return `${sign}${size < 1 ? size.toFixed(2) : significant(size)} %`;
}

/** The interval of a change: "+8.10 to +16.7 %"; null without one, or where nothing varies. */
export function changeIntervalText({ ratio }: Pick<MetricChange, 'ratio'>): string | null {
  if (ratio === null || ratio.low === null || ratio.high === null || ratio.low === ratio.high) return null;
  const [low, high] = [changeText(ratio.low), changeText(ratio.high)];
  return `${high.endsWith('%') ? low.replace(/ %$/, '') : low} to ${high}`;
}

/** The unit in which both values of a change are shown. */
function changeUnit({ metric, base, head }: MetricChange): Unit {
  return unitFor(metric.units, Math.max(Math.abs(base ?? 0), Math.abs(head ?? 0)));
}

/** A value of the change's metric, in this unit. */
function valueText(change: MetricChange, value: number | null, unit: Unit): string {
  if (value === null) return UNKNOWN;
  return change.metric.kind === 'fault' ? formatCount(value) : significant(value / unit.size);
}

/** Both values with their unit: "2.04 → 2.51 ms". */
export function valuesText(change: MetricChange): string {
  const unit = changeUnit(change);
  const symbol = unit.symbol === '' || (change.base === null && change.head === null) ? '' : ` ${unit.symbol}`;
  return `${valueText(change, change.base, unit)} → ${valueText(change, change.head, unit)}${symbol}`;
}

/** The difference: as a ratio where there is one, otherwise in the unit of the metric. */
export function differenceText(change: MetricChange): string {
  const { ratio, delta } = change;
  if (change.metric.kind !== 'fault' && ratio !== null) return changeText(ratio.value);
  if (delta === null) return UNKNOWN;
  if (delta === 0) return '0';
  const unit = changeUnit(change);
  const symbol = unit.symbol === '' ? '' : ` ${unit.symbol}`;
  return `${delta > 0 ? '+' : MINUS}${valueText(change, Math.abs(delta), unit)}${symbol}`;
}
