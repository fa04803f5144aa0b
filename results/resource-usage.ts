/*
 * What a trial took of the machine, as a run document has it: memory, processor time, processes.
 */

/** The server's processes, over the measure phase. Null where the system does not tell (/proc). */
export interface ServerUsage {
  cpuUsPerDelivery: number | null;
  /** Resident memory at the end of the measure phase. */
  rssBytes: number | null;
  /** (resident with all subscribers connected, before the feed - resident when ready) / subscribers. */
  rssBytesPerSubscriber: number | null;
}

/** The driver's worker processes, over the measure phase. */
export interface DriverUsage {
  cpuUsPerDelivery: number | null;
  /** The busiest worker, 0 to 1. */
  eventLoopUtilization: number;
  /** p99 of the lateness of timers in the slowest worker, which has a floor of about 1 ms. */
  eventLoopDelayP99Us: number;
  /** Sum of the workers' resident memory at the end of the measure phase. */
  rssBytes: number;
  workers: number;
}

/** What it took to have so many subscribers. Of a cell, the middle value of its trials, the lower of two. */
export interface SubscriptionCost {
  serverProcesses: number;
  /**
   * Subscribers / the time from the first connect until the last one was subscribed: its connection was open, and its
   * request or handshake answered (of long-polling, sent).
   */
  connectsPerSec: number;
  /**
   * From when the first event of the feed was due until the last subscriber had received it, on connections that have
   * carried none before. Null when not every subscriber received it intact.
   */
  firstDeliveryUs: number | null;
  /** Processor time over the measure phase, per subscriber and second; null where the system does not tell. */
  serverCpuUsPerSubscriberSec: number | null;
  driverCpuUsPerSubscriberSec: number;
  /** (resident at the end of the measure phase - resident before the first subscriber) / subscribers, of all workers. */
  driverRssBytesPerSubscriber: number;
}

/** The cores of the machine over the measure phase. What is in none of the parts is the kernel's work for interrupts. */
export interface MachineUsage {
  cores: number;
  idleCores: number;
  /** Used by this run: coordinator, publisher, server and driver. */
  ownCores: number;
  /** Used by programs that have nothing to do with it. */
  otherCores: number;
  /** Taken by the hypervisor for others. */
  stolenCores: number;
  /** Connections that found an accept queue full, from the first connect of the probe to its end. */
  acceptQueueOverflows: number;
}
