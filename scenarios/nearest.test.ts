import { expect, test } from 'vitest';
import { transportIds } from '../servers/contract/transports.ts';
import { nearestName, suggestName } from './nearest.ts';

test.each([
  ['websockets', 'websocket'],
  ['WebSocket', 'websocket'],
  ['long_polling', 'long-polling'],
  ['longpolling', 'long-polling'],
  ['long', 'long-polling'],
  ['poll', 'polling'],
  ['pooling', 'polling'],
  ['http', 'http-stream'],
  ['ss', 'sse'],
  ['grpc', null],
  ['ws', null],
  ['', null],
  ['-', null],
  ['x'.repeat(100_000), null],
])('%s is nearest to %s', (word, expected) => {
  expect(nearestName(word, transportIds)).toBe(expected);
});

test('the nearest of several is named, not the first within reach', () => {
  expect(nearestName('measurMs', ['measureMms', 'measureMs'])).toBe('measureMs');
});

test('a suggestion always lists what is known', () => {
  expect(suggestName('b', ['sse', 'polling'])).toBe('known: sse, polling');
  expect(suggestName('poling', ['sse', 'polling'])).toBe('did you mean polling? Known: sse, polling');
  expect(suggestName('x', [])).toBe('there are none');
});
