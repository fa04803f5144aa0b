import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventText } from '../../servers/contract/event-text.ts';
import { PublishedLogReader, PublishedLogWriter } from '../../servers/contract/published-log.ts';
import { Observer } from './observer.ts';
import { PhaseTallies, type PhaseTimes } from './phase-tallies.ts';
import { Sequence } from './sequence.ts';

const feed = { seed: 1, payloadBytes: 64, lastSeq: 4, firstMeasuredSeq: 2 };
/** Event n is due at n x 1,000 us; the measure phase holds the events 2 and 3. */
const dueUs = (seq: number) => seq * 1_000;
const times: PhaseTimes = { originUs: 1e6, measureUs: 1e6 + 2_000, drainUs: 1e6 + 4_000 };

let folder: string;
let writer: PublishedLogWriter;
let reader: PublishedLogReader;
let observer: Observer;
let tallies: PhaseTallies;
let sequence: Sequence;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'observer-'));
  writer = new PublishedLogWriter(join(folder, 'log'));
  reader = new PublishedLogReader(join(folder, 'log'));
  tallies = new PhaseTallies();
  tallies.schedule(times);
  observer = new Observer(feed, tallies, reader);
  observer.schedule(times);
  sequence = new Sequence();
});

afterEach(() => {
  writer.close();
  reader.close();
  rmSync(folder, { recursive: true });
});

/** Event `seq` arrives `latencyUs` after it was due, in the middle of other bytes of the read. */
function arrives(seq: number, latencyUs: number, alter?: (text: Buffer) => void): void {
  const text = eventText(feed, seq, dueUs(seq));
  alter?.(text);
  const readAtUs = times.originUs + dueUs(seq) + latencyUs;
  tallies.read(readAtUs);
  const read = Buffer.concat([Buffer.from('before'), text, Buffer.from('after')]);
  observer.event(sequence, read, 6, 6 + text.length);
}

describe('Observer', () => {
  it('records the latencies of the events due in the measure phase, whenever they arrive', () => {
    for (const [seq, latencyUs] of [
      [1, 50],
      [2, 250],
      [3, 5_000],
      [4, 100],
    ] as const) {
      arrives(seq, latencyUs);
    }
    expect(observer.fromDue.data()).toMatchObject({ count: 2, minUs: 250, maxUs: 5_000 });
    expect(tallies.byPhase.warmup.deliveries).toBe(1);
    expect(tallies.byPhase.measure.deliveries).toBe(1);
    expect(tallies.byPhase.drain.deliveries).toBe(2);
    expect(observer.completeCount).toBe(1);
  });

  it('joins the time of publication when it becomes known, and counts what never does', () => {
    arrives(1, 50);
    arrives(2, 250);
    arrives(3, 400);
    observer.join();
    expect(observer.fromPublished.count).toBe(0);
    writer.append([times.originUs + dueUs(1), times.originUs + dueUs(2) + 200]);
    observer.finish();
    expect(observer.fromPublished.data()).toMatchObject({ count: 1, minUs: 50 });
    expect(observer.unjoinedCount).toBe(1);
  });

  it('counts events of one read together and other reads apart', () => {
    arrives(1, 2_000);
    arrives(2, 1_000);
    arrives(3, 500);
    expect(tallies.byPhase.measure).toMatchObject({ deliveries: 3, reads: 2, payloadBytes: 3 * 64 });
  });

  it.each([
    ['a byte of the filler', (text: Buffer) => text.write('#', 50)],
    ['a digit of the due time', (text: Buffer) => text.write('9', 3)],
    ['a digit of the checksum', (text: Buffer) => text.write('g', 11)],
    ['the closing bracket', (text: Buffer) => text.write('}', 63)],
  ])('finds %s altered', (_, alter) => {
    arrives(1, 50);
    arrives(2, 250, alter);
    expect([sequence.corruptedCount, sequence.lastSeq]).toEqual([1, 2]);
    expect(observer.fromDue.count).toBe(0);
  });

  it('does not take an altered copy for the intact event it has seen before', () => {
    arrives(1, 50);
    const other = new Sequence();
    const altered = eventText(feed, 1, dueUs(1));
    altered.write('#', 50);
    observer.event(other, altered, 0, altered.length);
    expect(other.corruptedCount).toBe(1);
  });

  it('counts whatever comes after the last event as one delivery too many', () => {
    for (const seq of [1, 2, 3, 4]) arrives(seq, 50);
    arrives(4, 80);
    arrives(4, 90, (text) => text.write('#', 50));
    expect(observer.duplicatedCount).toBe(2);
    expect([sequence.corruptedCount, sequence.missingCount(4)]).toEqual([0, 0]);
    expect(observer.completeCount).toBe(1);
  });
});
