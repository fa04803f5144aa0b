import { z } from 'zod';

/** A whole number from 0. */
export const count = z.int().min(0);

/** A finite number. */
export const real = z.number();

/** A finite number, or null when it is unknown. */
export const orNull = z.number().nullable();
