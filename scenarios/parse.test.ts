import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { changed, GOOD, problemsOf } from './fixtures/good-scenario.ts';
import { listScenarios, loadScenario } from './load.ts';
import { parseScenario } from './parse.ts';

test('a good file', () => {
  expect(parseScenario(GOOD, 'folder/sample.yml')).toMatchObject({
    name: 'sample',
    question: 'Which?',
    subscribers: [10],
  });
});

const count = (high: string) => `use a whole number from 1 to ${high}`;

describe('one problem, at its place, with what to do', () => {
  test.each([
    ['subscribers: 10', 'subscribers: 0', `2:14 subscribers: found 0; ${count('1,000,000')}`],
    ['subscribers: 10', 'subscribers: 1000001', `2:14 subscribers: found 1000001; ${count('1,000,000')}`],
    [
      'subscribers: 10',
      'subscribers: 1.5',
      `2:14 subscribers: found 1.5; ${count('1,000,000')}, or a list of such values`,
    ],
    [
      'subscribers: 10',
      'subscribers: 1_000',
      `2:14 subscribers: found "1_000"; ${count('1,000,000')}, or a list of such values`,
    ],
    ['subscribers: 10', 'subscribers: [10, many]', `2:19 subscribers[1]: found "many"; ${count('1,000,000')}`],
    ['subscribers: 10', 'subscribers: []', `2:14 subscribers: found an empty list; ${count('1,000,000')}`],
    [
      'subscribers: 10',
      'subscribers: [10, 20, 10]',
      '2:23 subscribers[2]: found 10; it stands twice in this list, keep one',
    ],
    [
      'subscribers: 10',
      'subscribers:',
      `2:13 subscribers: found no value; ${count('1,000,000')}, or a list of such values`,
    ],
    ['subscribers: 10', '', `1:1 subscribers: missing; ${count('1,000,000')}, or a list of such values`],
    [
      'subscribers: 10',
      'subscribers: {}',
      `2:14 subscribers: found a map; ${count('1,000,000')}, or a list of such values`,
    ],
    [
      'question: Which?',
      'question: Which',
      '1:11 question: found "Which"; write the question in one line, ending in "?"',
    ],
    [
      'question: Which?',
      'question: [Which?]',
      '1:11 question: found a list; write the question this scenario answers, ending in "?"',
    ],
    [
      'eventsPerSec: 50',
      'eventsPerSec: .nan',
      '3:15 eventsPerSec: found NaN; use a number from 0.001 to 100,000, or a list of such values',
    ],
    [
      'eventsPerSec: 50',
      'eventsPerSec: .inf',
      '3:15 eventsPerSec: found Infinity; use a number from 0.001 to 100,000, or a list of such values',
    ],
    ['payloadBytes: 128', 'payloadBytes: 31', '4:15 payloadBytes: found 31; use a whole number from 32 to 1,048,576'],
    ['  measureMs: 1000', '', '6:3 phases.measureMs: missing; use a whole number from 100 to 86,400,000'],
    ['trials: 1', 'trials: true', '9:9 trials: found true; use a whole number from 1 to 1,000'],
    ['', 'seed: 4294967296', '10:7 seed: found 4294967296; use a whole number from 0 to 4,294,967,295'],
    [
      '',
      'subscriber: 1',
      '10:1 subscriber: unknown key; did you mean subscribers? Known: question, servers, transports, subscribers, subscribersMax, eventsPerSec, payloadBytes, schedule, phases, trials, seed, transportOptions, headers, serverOptions, capacity, thresholds',
    ],
    [
      '  warmupMs: 0',
      '  warmupMs: 0\n  measure: 1',
      '7:3 phases.measure: unknown key; did you mean measureMs? Known: warmupMs, measureMs, drainMs',
    ],
    ['', 'schedule: bursty', '10:11 schedule: found "bursty"; use constant, poisson or { burst: N }'],
    ['', 'schedule: { burst: 0 }', '10:20 schedule.burst: found 0; use a whole number from 1 to 100,000'],
    ['', 'servers: fastify', '10:10 servers: found "fastify"; name at least one server'],
    [
      '',
      'servers: [../x]',
      '10:11 servers[0]: found "../x"; use names of folders in servers/: lower-case letters, digits and hyphens',
    ],
    ['', 'transports: []', '10:13 transports: found an empty list; name at least one transport'],
    [
      '',
      'transports: [sse, websockets]',
      '10:19 transports[1]: found "websockets"; did you mean websocket? Known: polling, long-polling, sse, http-stream, websocket',
    ],
    [
      '',
      'transports: [sse, 3]',
      '10:19 transports[1]: found 3; use transports: polling, long-polling, sse, http-stream, websocket',
    ],
    [
      '',
      'transportOptions: { websockets: {} }',
      '10:21 transportOptions.websockets: unknown key; did you mean websocket? Known: polling, long-polling, sse, http-stream, websocket',
    ],
    [
      '',
      'transportOptions: { polling: { intervalMS: 5 } }',
      '10:32 transportOptions.polling.intervalMS: unknown key; did you mean intervalMs? Known: intervalMs, keepAlive',
    ],
    [
      '',
      'transportOptions: { polling: { keepAlive: on } }',
      '10:43 transportOptions.polling.keepAlive: found "on"; use true or false, or a list of such values',
    ],
    [
      '',
      'transportOptions: { sse: { intervalMs: 5 } }',
      '10:28 transportOptions.sse.intervalMs: unknown key; there are none',
    ],
    [
      '',
      'serverOptions: { heartbeatMs: -1 }',
      '10:31 serverOptions.heartbeatMs: found -1; use a whole number from 1 to 2,147,483,647',
    ],
    [
      '',
      'serverOptions: { coalesceMs: [0, 60001] }',
      '10:34 serverOptions.coalesceMs[1]: found 60001; use a whole number from 0 to 60,000',
    ],
    [
      '',
      'headers: brwser',
      '10:10 headers: found "brwser"; use bare, fetch, browser or a whole number of bytes up to 16,000, or a list of such values',
    ],
    [
      '',
      'headers: [bare, 1.5]',
      '10:17 headers[1]: found 1.5; use bare, fetch, browser or a whole number of bytes up to 16,000',
    ],
    [
      '',
      'headers: [bare, chrome]',
      '10:17 headers[1]: found "chrome"; use bare, fetch, browser or a whole number of bytes up to 16,000',
    ],
    ['', 'headers: [700, 16001]', '10:16 headers[1]: found 16001; use a whole number from 1 to 16,000'],
    [
      '',
      'capacity: { connections: 1 }',
      '10:11 capacity.durationMs: missing; use a whole number from 1,000 to 3,600,000',
    ],
    [
      '',
      '__proto__: { a: 1 }',
      '10:1 __proto__: unknown key; known: question, servers, transports, subscribers, subscribersMax, eventsPerSec, payloadBytes, schedule, phases, trials, seed, transportOptions, headers, serverOptions, capacity, thresholds',
    ],
  ])('%j -> %j', (line, replacement, expected) => {
    expect(problemsOf(changed(line, replacement))).toBe(`sample.yaml: 1 problem\n  ${expected}`);
  });
});

describe('YAML that cannot be used', () => {
  test.each([
    [
      '',
      '1:1 the file is empty; write a map of keys, as in the scenarios that come with the tool; the first key is question',
    ],
    [
      '# only a comment\n',
      '1:1 the file is empty; write a map of keys, as in the scenarios that come with the tool; the first key is question',
    ],
    [
      '- 1\n',
      '1:1 found a list; write a map of keys, as in the scenarios that come with the tool; the first key is question',
    ],
    [
      'quick',
      '1:1 found "quick"; write a map of keys, as in the scenarios that come with the tool; the first key is question',
    ],
    [`${GOOD}seed: 1\nseed: 2\n`, '11:1 found this key a second time in its map; keep one of the two'],
    ['phases:\n\twarmupMs: 1\n', '2:1 found a tab as indentation; indent with spaces'],
    [`${GOOD}---\n${GOOD}`, '10:1 found a second document; remove the line of three hyphens'],
    [
      'question: Which: one?\n',
      '1:11 YAML: Nested mappings are not allowed in compact mappings; correct the YAML; text with a colon, # or quotes in it needs quotes around it',
    ],
    [`${GOOD}seed: !own 3\n`, null],
    [GOOD.replace('10', '&n 10').replace('trials: 1', 'trials: *n'), '9:9 found the alias *n; write the value itself'],
    [`${GOOD}? [a]\n: 1\n`, '10:3 found a list or a map as a key; use a plain word'],
    ['? '.repeat(20_000), '1:1 found values nested too deeply to read; write a flat map'],
    ['['.repeat(20_000), '1:1 found values nested too deeply to read; write a flat map'],
  ])('%j', (text, expected) => {
    if (expected === null) expect(problemsOf(text)).toContain('YAML: Unresolved tag: !own');
    else expect(problemsOf(text)).toBe(`sample.yaml: 1 problem\n  ${expected}`);
  });

  test('one forgotten bracket does not fill the screen', () => {
    const message = problemsOf(GOOD.replace('Which?', '"Which?').replace('10', '[10'));
    expect(message.split('\n').length).toBeLessThan(12);
    expect(problemsOf('['.repeat(300))).toMatch(/^sample.yaml: 10 problems\n/);
    expect(problemsOf('? '.repeat(300))).toMatch(/^sample.yaml: 10 problems\n/);
  });

  test('a name that would not do as a part of a file name', () => {
    expect(problemsOf(GOOD, 'my scenario.yaml')).toBe(
      'my scenario.yaml: 1 problem\n  the scenario would be called "my scenario", which becomes part of file names; ' +
        'name the file with letters, digits, dots, hyphens and underscores only',
    );
  });
});

test('all problems of a file at once, in the order of the file', () => {
  const text = `subscribers: [0, 100]
eventsPerSec: 0.5
eventsPerSec: 0.25
transports: [sse, web-socket]
phases:
  warmupMs: -1
  measureMs: 1000
  drainMs: 1000
colour: red
transportOptions:
  polling:
    interval: 3
`;
  expect(problemsOf(text).split('\n')).toEqual([
    'sample.yaml: 9 problems',
    expect.stringMatching(/^ {2}1:1 question: missing; /),
    expect.stringMatching(/^ {2}1:1 payloadBytes: missing; /),
    expect.stringMatching(/^ {2}1:1 trials: missing; /),
    expect.stringMatching(/^ {2}1:15 subscribers\[0\]: found 0; /),
    expect.stringMatching(/^ {2}3:1 found this key a second time in its map; /),
    expect.stringMatching(/^ {2}4:19 transports\[1\]: found "web-socket"; did you mean websocket\? /),
    expect.stringMatching(/^ {2}6:13 phases.warmupMs: found -1; /),
    expect.stringMatching(/^ {2}9:1 colour: unknown key; /),
    expect.stringMatching(/^ {2}12:5 transportOptions.polling.interval: unknown key; did you mean intervalMs\? /),
  ]);
});

describe('whatever the input is, it is a scenario or a ScenarioError', () => {
  const shipped = listScenarios().map((name) => loadScenario(name).yaml);
  const snippet = fc.oneof(
    fc.constantFrom(
      '\t',
      '\n',
      ': ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '!!',
      '"',
      "'",
      '#',
      '---\n',
      '|\n',
      '? ',
      '%',
    ),
    fc.constantFrom('<<', '__proto__', 'constructor', '~', '.inf', '1e999', '0x1', '-0', '\0', '\ufeff', '\ud800'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(30), inserted: snippet });
  const mutated = fc
    .tuple(fc.constantFrom(...shipped), fc.array(edit, { minLength: 1, maxLength: 6 }))
    .map(([text, edits]) =>
      edits.reduce((result, { at, removed, inserted }) => {
        const start = Math.floor(at * result.length);
        return result.slice(0, start) + inserted + result.slice(start + removed);
      }, text),
    );
  const value = fc.jsonValue({ maxDepth: 3 });
  const key = fc.constantFrom(
    'phases',
    'subscribers',
    'schedule',
    'transports',
    'transportOptions',
    'capacity',
    'servers',
    'thresholds',
    'x',
  );

  test.each([
    ['a scenario with random edits', mutated],
    ['random text', fc.string({ unit: 'binary', maxLength: 200 })],
    ['YAML of random values under known keys', fc.dictionary(key, value).map((data) => stringify(data))],
    ['JSON of random values', fc.json()],
  ])('%s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const message = problemsOf(text);
        if (message !== 'none') expect(message.split('\n').length).toBeGreaterThan(1);
      }),
      { numRuns: 400 },
    );
  });
});
