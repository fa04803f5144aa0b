import { z } from 'zod';
import { estimate, validity } from './delivery-result-schema.ts';
import { capacityCell } from './plan-schema.ts';
import { count, orNull, real } from './schema-numbers.ts';

/** A capacity cell with its trials; capacity-result.ts explains every key. */
export const completedCapacityCell = z.object({
  outcome: z.literal('completed'),
  cell: capacityCell,
  requestsPerSec: estimate,
  receivedBytesPerRequest: real,
  responseUs: z.object({ mean: real, p50: real, p99: real, max: real }).nullable(),
  serverCpuUsPerRequest: estimate.nullable(),
  driverCpuUsPerRequest: estimate.nullable(),
  driverUtilization: real,
  errors: count,
  validity,
  trials: z.array(
    z.object({
      trial: count,
      requests: count,
      requestsPerSec: real,
      receivedBytesPerRequest: real,
      errors: count,
      response: z.object({
        count,
        negativeCount: count,
        sumUs: real,
        minUs: orNull,
        maxUs: orNull,
        histogram: z.string(),
      }),
      serverCpuUsPerRequest: orNull,
      driverCpuUsPerRequest: orNull,
      driverUtilization: real,
    }),
  ),
});
