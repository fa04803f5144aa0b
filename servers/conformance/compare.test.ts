import { describe, expect, it } from 'vitest';
import { compareDeliveries, excerpt } from './compare.ts';
import { textOfBytes } from './event-texts.ts';
import type { Delivery } from './subscriber.ts';

const texts = ['one', 'two', 'three', 'four'].map((text) => Buffer.from(text));
const deliver = (...events: string[]): Delivery[] => events.map((text) => ({ seq: null, text: Buffer.from(text) }));

describe('compareDeliveries', () => {
  it('has nothing to say about exactly the events expected', () => {
    expect(compareDeliveries(deliver('one', 'two', 'three', 'four'), texts, 1)).toEqual([]);
  });

  it.each([
    ['a loss at the end', ['one', 'two'], ['expected 4 deliveries (events 11 to 14), got 2']],
    [
      'a loss inside',
      ['one', 'three', 'four'],
      ['delivery 2: expected event 12 "two", got the text of event 13 "three"'],
    ],
    ['a duplicate', ['one', 'one', 'two'], ['delivery 2: expected event 12 "two", got the text of event 11 "one"']],
    ['an altered text', ['one', 'TWO'], ['delivery 2: expected event 12 "two", got "TWO"']],
  ])('names %s', (_, events, violations) => {
    expect(compareDeliveries(deliver(...events), texts, 11)).toEqual(violations);
  });

  it('names a wrong seq', () => {
    const got = texts.map((text, index) => ({ seq: index === 2 ? 9 : index + 1, text }));
    expect(compareDeliveries(got, texts, 1)).toEqual(['delivery 3: expected seq 3, got 9']);
  });

  it('shows the place where long texts differ', () => {
    const text = Buffer.from(textOfBytes(1000));
    const altered = Buffer.from(text);
    altered[990] = 0x21;
    const [violation] = compareDeliveries([{ seq: null, text: altered }], [text], 1);
    expect(violation).toContain('from byte 990 of 1000');
    expect(violation).toContain('"!');
  });
});

it('shortens long texts and says how long they are', () => {
  expect(excerpt('short')).toBe('"short"');
  expect(excerpt('x'.repeat(1000))).toBe(`"${'x'.repeat(60)}"... (1000 bytes)`);
});
