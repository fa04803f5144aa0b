export const LF = 0x0a;
export const CR = 0x0d;

// Below this a loop is done before a native call has been entered.
const LOOP_BYTES = 16;

/** The position of the first `byte` in [start, end) of `bytes`, or -1. */
export function findByte(bytes: Buffer, byte: number, start: number, end: number): number {
  if (end - start <= LOOP_BYTES) {
    for (let at = start; at < end; at++) if (bytes[at] === byte) return at;
    return -1;
  }
  // memchr. The end matters: what lies behind it in a read buffer is left over from earlier reads.
  const at = bytes.indexOf(byte, start, end);
  return at < end ? at : -1;
}
