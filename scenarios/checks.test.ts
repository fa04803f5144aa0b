import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { eventText } from '../servers/contract/event-text.ts';
import { changed, GOOD, problemsOf } from './fixtures/good-scenario.ts';

describe('values that do not fit together', () => {
  test.each([
    [
      'eventsPerSec: 50',
      'eventsPerSec: [50, 0.2]',
      '3:20 eventsPerSec[1]: found 0.2, which in measureMs 1000 makes 0.2 events; the measure phase needs 10 events, ' +
        'so that a random feed is not empty: raise eventsPerSec to 10 or measureMs to 50000',
    ],
    [
      'eventsPerSec: 50',
      'schedule: constant\neventsPerSec: 0.3',
      '4:15 eventsPerSec: found 0.3, which in measureMs 1000 makes 0.3 events; the measure phase needs an event: ' +
        'raise eventsPerSec to 1 or measureMs to 3400',
    ],
    [
      'eventsPerSec: 50',
      'schedule: { burst: 100 }\neventsPerSec: 50',
      '4:15 eventsPerSec: found 50, which in measureMs 1000 makes 50 events; the measure phase needs a burst of 100: ' +
        'raise eventsPerSec to 100 or measureMs to 2000',
    ],
    [
      '  drainMs: 1000',
      '  drainMs: 1000\ntransportOptions: { polling: { intervalMs: [100, 5000] } }',
      '8:12 phases.drainMs: found 1000, and the slowest poll interval is 5000 ms; ' +
        'use at least 5500, or events that wait for the next poll would count as missing',
    ],
    [
      '',
      'transports: [sse]\ncapacity: { connections: 1, durationMs: 1000 }',
      '11:11 capacity: found a capacity measurement, which asks the polling endpoint, and transports without polling; ' +
        'add polling to transports or remove capacity',
    ],
    [
      '',
      'transports: [sse]\nsubscribersMax: { polling: 1000 }',
      '11:28 subscribersMax.polling: found a limit of a transport that is not among transports; ' +
        'add polling to transports or remove this',
    ],
    [
      '',
      'subscribersMax: { sse: 1 }',
      '10:24 subscribersMax.sse: found 1, below every value of subscribers, so sse would not be measured at all; ' +
        'use at least 10, or remove sse from transports',
    ],
    [
      '  drainMs: 1000',
      '  drainMs: 2000\nserverOptions: { coalesceMs: [0, 2000] }',
      '8:12 phases.drainMs: found 2000, and the slowest poll interval is 250 ms and the longest coalesceMs is 2000; ' +
        'use at least 2750, or events that wait for the next poll, or for those they are coalesced with, ' +
        'would count as missing',
    ],
    [
      '',
      'headers: [bare, 184, 185]',
      '10:17 headers[1]: found 184, too small for a request of websocket and a padding field; use at least 185',
    ],
    [
      '',
      'transports: [polling, sse]\ntransportOptions: { polling: { keepAlive: [true, false] } }\nheaders: 88',
      '12:10 headers: found 88, too small for a request of polling and a padding field; use at least 89',
    ],
  ])('%j -> %j', (line, replacement, expected) => {
    expect(problemsOf(changed(line, replacement))).toBe(`sample.yaml: 1 problem\n  ${expected}`);
  });

  test('the advised rate and the advised time are enough', () => {
    const schedules = ['constant', 'poisson', { burst: 7 }];
    fc.assert(
      fc.property(
        fc.constantFrom(...schedules),
        fc.double({ min: 0.001, max: 20, noNaN: true }),
        fc.integer({ min: 100, max: 3000 }),
        (schedule, rate, measureMs) => {
          const file = (eventsPerSec: number, ms: number) =>
            stringify({
              question: 'Which?',
              subscribers: 1,
              eventsPerSec,
              payloadBytes: 128,
              schedule,
              trials: 1,
              phases: { warmupMs: 0, measureMs: ms, drainMs: 1000 },
            });
          const advised = /raise eventsPerSec to ([\d.]+) or measureMs to (\d+)/.exec(
            problemsOf(file(rate, measureMs)),
          );
          fc.pre(advised !== null);
          expect(problemsOf(file(Number(advised?.[1]), measureMs))).toBe('none');
          expect(problemsOf(file(rate, Number(advised?.[2])))).toBe('none');
        },
      ),
    );
  });

  test('the payload must hold the highest seq of the fastest feed of a sweep, with room for a lucky Poisson one', () => {
    const file = (schedule: string, rates: string) =>
      GOOD.replace('question', `schedule: ${schedule}\nquestion`)
        .replace('measureMs: 1000', 'measureMs: 20000000')
        .replace('128', '33')
        .replace('50', rates);
    // 99,800 events on average, five digits; due times of eleven: 17 + 5 + 11 = 33.
    expect(problemsOf(file('constant', '4.99'))).toBe('none');
    expect(problemsOf(file('constant', '[5.01, 1]'))).toContain('use at least 34');
    expect(problemsOf(file('constant', '[1, 5.01]'))).toContain('use at least 34');
    expect(problemsOf(file('{ burst: 100000 }', '4.99'))).toContain('use at least 34');
    expect(problemsOf(file('poisson', '4.99'))).toContain('use at least 34');
  });

  test('the advised payload holds the last event of the feed', () => {
    const file = (payloadBytes: number) =>
      GOOD.replace('128', String(payloadBytes))
        .replace('question', 'schedule: constant\nquestion')
        .replace('eventsPerSec: 50', 'eventsPerSec: 100000')
        .replace('measureMs: 1000', 'measureMs: 86400000');
    expect(problemsOf(file(37))).toBe(
      'sample.yaml: 1 problem\n  5:15 payloadBytes: found 37, too small for the last events of this feed ' +
        '(seq and due time in full); use at least 38, or a lower rate or shorter phases',
    );
    expect(problemsOf(file(38))).toBe('none');
    const last = { seq: 100_000 * 86_400, dueUs: 86_400_000_000 - 10 };
    expect(eventText({ seed: 1, payloadBytes: 38 }, last.seq, last.dueUs)).toHaveLength(38);
    expect(() => eventText({ seed: 1, payloadBytes: 37 }, last.seq, last.dueUs)).toThrow(RangeError);
  });
});

test('conflicts are found although other keys are wrong', () => {
  const text = changed('subscribers: 10', 'subscribers: none').replace('eventsPerSec: 50', 'eventsPerSec: 5');
  expect(problemsOf(text)).toMatch(
    /^sample.yaml: 2 problems\n {2}2:14 subscribers: .*\n {2}3:15 eventsPerSec: found 5, /,
  );
});
