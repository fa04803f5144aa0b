import { InvalidArgumentError } from 'commander';
import { formatCount } from '../results/numbers.ts';

/** Reads the value of an option as a whole number from `low` to `high`; what it throws is told by commander. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(
      `expected a whole number from ${formatCount(low)} to ${formatCount(high)}, got ${text}.`,
    );
  };
}
