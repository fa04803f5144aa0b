/** Numbers as text: three significant digits, a unit that suits, and the same characters in every locale. */

/** A unit and how many of the base unit (us or bytes) it holds. */
export interface Unit {
  symbol: string;
  size: number;
}

/** Base unit: microseconds. */
export const timeUnits: readonly Unit[] = [
  { symbol: 'us', size: 1 },
  { symbol: 'ms', size: 1e3 },
  { symbol: 's', size: 1e6 },
];

/** Base unit: bytes; decimal SI steps, so 1 KB is 1000 B. */
export const byteUnits: readonly Unit[] = [
  { symbol: 'B', size: 1 },
  { symbol: 'KB', size: 1e3 },
  { symbol: 'MB', size: 1e6 },
  { symbol: 'GB', size: 1e9 },
  { symbol: 'TB', size: 1e12 },
  { symbol: 'PB', size: 1e15 },
];

/** How a missing value is shown; the reason stands in a footnote. */
export const UNKNOWN = '—';

function withCommas(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Three significant digits or so many, never an exponent: 0.0123, 1.00, 45.7, 12,300. Not finite is a fault of the caller. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) throw new RangeError(`cannot show ${value} as a number`);
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return withCommas(rounded.toFixed(Math.min(decimals, 12)));
}

/** The largest unit in which the value, rounded to three digits, is at least 1; the smallest unit below that. */
export function unitFor(units: readonly Unit[], value: number): Unit {
  const rounded = Math.abs(Number(value.toPrecision(3)));
  const fitting = units.filter((unit) => rounded >= unit.size).at(-1) ?? units[0];
  return fitting as Unit;
}

/** One unit for a whole column: that of the median, so that neither the smallest nor the largest value decides. */
export function unitForAll(units: readonly Unit[], values: readonly number[]): Unit {
  const sorted = values.map(Math.abs).sort((a, b) => a - b);
  return unitFor(units, sorted[Math.floor(sorted.length / 2)] ?? 0);
}

/** A value given in the base unit of these: "12.3 ms"; of a pure number, whose unit has no symbol, "12.3". */
export function formatIn(units: readonly Unit[], value: number): string {
  const unit = unitFor(units, value);
  return `${significant(value / unit.size)} ${unit.symbol}`.trimEnd();
}

/** A time given in microseconds: "812 us", "12.3 ms", "1.20 s". */
export function formatUs(us: number): string {
  return formatIn(timeUnits, us);
}

/** A number that was chosen and not measured, with no more digits than it has: "0.05", "250", "2,000". */
export function formatChosen(value: number): string {
  return withCommas(String(Number(value.toPrecision(6))));
}

/** The same with its unit, of a value given in the base unit of these; a pure number has none. */
export function formatChosenIn(units: readonly Unit[], value: number): string {
  const unit = unitFor(units, value);
  return `${formatChosen(value / unit.size)} ${unit.symbol}`.trimEnd();
}

/** The same of a time given in microseconds: "250 ms", "2.5 s". */
export function formatChosenUs(us: number): string {
  return formatChosenIn(timeUnits, us);
}

/** The same of a size given in bytes: "500 B", "2 KB". */
export function formatChosenBytes(bytes: number): string {
  return formatChosenIn(byteUnits, bytes);
}

/** Two times given in microseconds, with one unit where both suit it: "1.47 to 1.79 ms", "812 us to 1.20 ms". */
export function formatUsRange(lowUs: number, highUs: number): string {
  const unit = unitFor(timeUnits, highUs);
  const low = unitFor(timeUnits, lowUs).symbol === unit.symbol ? significant(lowUs / unit.size) : formatUs(lowUs);
  return `${low} to ${formatUs(highUs)}`;
}

/** A size given in bytes: "350 B", "14.2 KB". */
export function formatBytes(bytes: number): string {
  return formatIn(byteUnits, bytes);
}

/** A whole number, exact, with commas between thousands: "62,500". */
export function formatCount(count: number): string {
  return withCommas(String(count));
}

/** A share of a whole, given as a fraction: "12.4 %". */
export function formatShare(fraction: number): string {
  return `${significant(fraction * 100)} %`;
}

/** The p of a test; 3.2e-7 is not worth its digits, since a rank test over a few trials cannot say so much. */
export function formatProbability(p: number | null): string {
  return p === null ? UNKNOWN : p < 0.001 ? '< 0.001' : significant(p, 2);
}

/** The text with a no-break space before units and the mark of a cell that is not valid, so that no line begins with one. */
export function keepUnits(text: string): string {
  return text
    .replace(/(\d) (?=(?:us|ms|s|B|KB|MB|GB|TB|PB|%)(?![\p{L}\p{N}]))/gu, '$1\u00a0')
    .replace(/(?<=\S) (?=!(?![\p{L}\p{N}]))/gu, '\u00a0');
}

/** "1 trial", "5 trials". */
export function formatNumberOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** "a", "a and b", "a, b and c". */
export function formatList(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
