import { z } from 'zod';
import { deliveryCell } from '../plan-schema.ts';
import { count, real } from '../schema-numbers.ts';

const wireChunk = z.object({
  atUs: real,
  direction: z.enum(['sent', 'received']),
  connection: count,
  bytes: z.base64(),
});

/** The format of an anatomy, as in delivery-anatomy.ts, where every key is explained. */
export const deliveryAnatomy = z.object({
  cell: deliveryCell,
  seq: count,
  publishedUs: real,
  receivedUs: real,
  subscription: z.array(wireChunk),
  delivery: z.array(wireChunk),
});
