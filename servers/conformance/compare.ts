import type { Delivery } from './subscriber.ts';

const EXCERPT_CHARS = 60;

/** A text for a message: quoted, shortened, with its size when it is long. */
export function excerpt(text: Buffer | string): string {
  const bytes = Buffer.from(text);
  const whole = bytes.toString();
  if (whole.length <= EXCERPT_CHARS) return JSON.stringify(whole);
  return `${JSON.stringify(whole.slice(0, EXCERPT_CHARS))}... (${bytes.length} bytes)`;
}

/** The position of the first byte in which two texts differ. */
function firstDifferentByte(a: Buffer, b: Buffer): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? a.length : at;
}

/** Whether the deliveries from `from` on are those expected, as far as both go: the index of the first that is not, or -1. */
function firstDifference(got: Delivery[], expected: Buffer[], from = 0): number {
  for (let index = from; index < Math.min(got.length, expected.length); index += 1) {
    if (!got[index]?.text.equals(expected[index] as Buffer)) return index;
  }
  return -1;
}

/** A condition to wait for: all of the expected have come, or one that is not expected. */
export function allOrDifferent(got: Delivery[], expected: Buffer[]): () => boolean {
  let checkedCount = 0;
  return () => {
    const different = firstDifference(got, expected, checkedCount) !== -1;
    if (!different) checkedCount = got.length;
    return different || got.length >= expected.length;
  };
}

/**
 * What is wrong with a subscriber's deliveries, when it should have got exactly the events with seq firstSeq and up, in
 * this order, unaltered: the first difference (what follows one is a consequence of it) or a wrong count, and a wrong seq.
 */
export function compareDeliveries(got: Delivery[], expected: Buffer[], firstSeq: number): string[] {
  const violations: string[] = [];
  const different = firstDifference(got, expected);
  if (different !== -1) {
    const text = (got[different] as Delivery).text;
    violations.push(`delivery ${different + 1}: ${describeDifference(expected, different, text, firstSeq)}`);
  } else if (got.length !== expected.length) {
    const range = `events ${firstSeq} to ${firstSeq + expected.length - 1}`;
    violations.push(`expected ${expected.length} deliveries (${range}), got ${got.length}`);
  }
  const misnumbered = got.findIndex(({ seq }, index) => seq !== null && seq !== firstSeq + index);
  if (misnumbered !== -1) {
    violations.push(
      `delivery ${misnumbered + 1}: expected seq ${firstSeq + misnumbered}, got ${got[misnumbered]?.seq}`,
    );
  }
  return violations;
}

function describeDifference(expected: Buffer[], index: number, got: Buffer, firstSeq: number): string {
  const wanted = expected[index] as Buffer;
  const event = `event ${firstSeq + index}`;
  const other = expected.findIndex((text) => text.equals(got));
  if (other !== -1)
    return `expected ${event} ${excerpt(wanted)}, got the text of event ${firstSeq + other} ${excerpt(got)}`;
  const at = firstDifferentByte(wanted, got);
  if (at < EXCERPT_CHARS) return `expected ${event} ${excerpt(wanted)}, got ${excerpt(got)}`;
  const from = `from byte ${at} of ${wanted.length}`;
  return `expected ${event} ${from} ${excerpt(wanted.subarray(at))}, got ${excerpt(got.subarray(at))}`;
}
