import type { Route } from '../../clients/driver/ledger.ts';

/** Servers listen here, and connections come from here unless source addresses are chosen. */
export const LOOPBACK = '127.0.0.1';

/** Chosen addresses are those of 127.64.0.0/10, which nothing else is likely to use. */
const ADDRESS_COUNT = 2 ** 22;
const FIRST_SECOND_OCTET = 64;

function chosenAddress(number: number): string {
  const n = number % ADDRESS_COUNT;
  return `127.${FIRST_SECOND_OCTET + (n >>> 16)}.${(n >>> 8) & 255}.${n & 255}`;
}

/**
 * The ways from subscribers to server processes; subscriber n takes the one at n modulo their number. Every address
 * leads to every port, and the port changes from one way to the next, so that servers and addresses get equal shares,
 * give or take one. With one source address the system chooses it. Pure.
 *
 * `firstAddress` numbers the first of several: a connection that was closed keeps its port of its address for a
 * minute, so the next trial takes other addresses.
 */
export function makeRoutes(ports: readonly number[], sourceAddresses: number, firstAddress: number): Route[] {
  const addresses =
    sourceAddresses === 1
      ? [null]
      : Array.from({ length: sourceAddresses }, (_, index) => chosenAddress(firstAddress + index));
  return addresses.flatMap((localAddress) => ports.map((port) => ({ host: LOOPBACK, port, localAddress })));
}

/** Two runs at the same time, or one after another, begin at different addresses. */
let nextAddress = (process.pid * 4_096) % ADDRESS_COUNT;

/** The number of the first of so many addresses that this process has not yet given to a trial. */
export function takeAddresses(count: number): number {
  const first = nextAddress;
  nextAddress = (nextAddress + count) % ADDRESS_COUNT;
  return first;
}
