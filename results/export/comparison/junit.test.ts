import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { doubtfulDocument, emptyDocument, quickDocument, withText } from '../../samples/variants.ts';
import {
  type Judged,
  judged,
  ofManyCells,
  otherSystem,
  regress,
  thresholdThat,
  wholeDocument,
} from './fixtures/judged.ts';
import { comparisonToJunit } from './junit.ts';

const schema = join(import.meta.dirname, 'fixtures/JUnit.xsd');
const xmllint = (text: string, ...options: string[]) =>
  spawnSync('xmllint', ['--noout', ...options, '-'], { input: text, encoding: 'utf8', maxBuffer: 1e8 });

/** Whether the schema cannot be checked here; under CI the tests run and fail instead. */
function isValidatorMissing(): boolean {
  if (xmllint('<a/>').status === 0 || process.env['CI'] !== undefined) return false;
  console.warn('JUnit is not validated: xmllint (package libxml2-utils) is not installed.');
  return true;
}

interface ReadCase {
  className: string;
  name: string;
  kind: string;
  message: string;
}

const unescaped = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** The test cases of a file, as a CI system would list them. */
function readCases(xml: string): ReadCase[] {
  const cases = xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)" time="0">(?:<(\w+)([^>]*)>)?/g);
  return [...cases].map(([, className = '', name = '', kind = 'passed', attributes = '']) => ({
    className,
    name: unescaped(name),
    kind,
    message: unescaped(/message="([^"]*)"/.exec(attributes)?.[1] ?? ''),
  }));
}

const junit = ({ comparison, gate }: Judged) => comparisonToJunit(comparison, gate);
const outcomes: Record<string, Judged> = {
  pass: judged(wholeDocument(), wholeDocument()),
  regression: judged(wholeDocument(), wholeDocument(regress), [thresholdThat('fail'), thresholdThat('undecided')]),
  'undecided, which was asked to fail': judged(wholeDocument(), wholeDocument(), [], { undecided: 'fail' }),
  incomplete: judged(quickDocument(), doubtfulDocument(), [thresholdThat('missing')]),
  'nothing compared': judged(emptyDocument(), emptyDocument()),
  incompatible: judged(wholeDocument(), otherSystem()),
};

test('a case for each metric of each cell, named by the parameters of the cell', () => {
  const { comparison, gate } = outcomes['regression'] as Judged;
  const cases = readCases(junit({ comparison, gate }));
  const changes = comparison.cells.flatMap((cell) => cell.changes);
  expect(cases).toHaveLength(1 + changes.length + 2);
  expect(new Set(cases.map(({ className, name }) => `${className} ${name}`)).size).toBe(cases.length);
  expect(cases.filter(({ kind }) => kind === 'failure')).toEqual([
    {
      className: 'quick.websocket',
      name: 'Overhead per delivery, fastify/subscribers=100/eventsPerSec=50/payloadBytes=128/schedule=poisson',
      kind: 'failure',
      message: expect.stringMatching(/^\+\d.* %, \d.* → \d.* B$/),
    },
    expect.objectContaining({ name: expect.stringMatching(/^Missing deliveries, fastify/), message: '+1, 0 → 1' }),
    expect.objectContaining({ className: 'quick.thresholds', name: 'websocket.latencyUs.p99 < 2ms # fail' }),
  ]);
});

test('what is missing is an error with its reason, what decides nothing is skipped', () => {
  const cases = readCases(junit(outcomes['incomplete'] as Judged));
  const errors = cases.filter(({ kind }) => kind === 'error');
  expect(errors.map(({ message }) => message).join('\n')).toMatch(
    /failed in base and head: the server was ended by signal SIGKILL/,
  );
  expect(errors.map(({ className }) => className)).toEqual(expect.arrayContaining(['quick.sse', 'quick.thresholds']));
  const skipped = cases.filter(({ kind }) => kind === 'skipped');
  expect(skipped.some(({ message }) => message.startsWith('no verdict: '))).toBe(true);
});

test('the values are properties of the suite', () => {
  const xml = junit(outcomes['regression'] as Judged);
  const properties = [...xml.matchAll(/<property name="([^"]*)" value="([^"]*)"\/>/g)];
  const found = Object.fromEntries(properties.map(([, name, value]) => [name, value]));
  const key =
    'quick.websocket: Overhead per delivery, fastify/subscribers=100/eventsPerSec=50/payloadBytes=128/schedule=poisson';
  expect(Number(found[`${key}: head`]) - Number(found[`${key}: base`])).toBeCloseTo(1, 9);
  expect(Number(found[`${key}: ratio`])).toBeGreaterThan(1);
});

describe.each(Object.entries(outcomes))('%s', (name, run) => {
  const xml = junit(run);
  const cases = readCases(xml);

  it('has a failure or an error exactly when the gate has not passed', () => {
    const isBad = cases.some(({ kind }) => kind === 'failure' || kind === 'error');
    expect(isBad).toBe(name !== 'pass');
    expect(run.gate.outcome === 'pass').toBe(name === 'pass');
  });

  it('has cases of different names', () => {
    expect(new Set(cases.map(({ className, name }) => `${className} ${name}`)).size).toBe(cases.length);
  });

  it('counts its cases', () => {
    const total = (attribute: string) =>
      [...xml.matchAll(new RegExp(`<testsuite [^>]*${attribute}="(\\d+)"`, 'g'))].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    expect(total(' tests')).toBe(cases.length);
    for (const [attribute, kind] of [
      ['failures', 'failure'],
      ['errors', 'error'],
      ['skipped', 'skipped'],
    ] as const) {
      expect(total(attribute)).toBe(cases.filter((each) => each.kind === kind).length);
    }
  });
});

describe.skipIf(isValidatorMissing())('by the schema', () => {
  it.each(Object.entries(outcomes))('%s is valid', (_name, run) => {
    expect(xmllint(junit(run), '--schema', schema).stderr).toBe('- validates\n');
  });

  it('whatever texts, sizes and control characters there are', () => {
    const hostile = withText('a\u0000\u001b[31m"b"\ufffe\ud800 <c> & ]]> @d\n');
    const startedAt = quickDocument().startedAt;
    const run = judged({ ...hostile, startedAt }, { ...hostile, startedAt }, [], { force: true });
    expect(xmllint(junit(run), '--schema', schema).stderr).toBe('- validates\n');
    expect(xmllint(junit(ofManyCells(500)), '--schema', schema).stderr).toBe('- validates\n');
  });

  it('the validator finds what is wrong', () => {
    const broken = junit(outcomes['pass'] as Judged).replace(' hostname="localhost"', '');
    expect(xmllint(broken, '--schema', schema).status).not.toBe(0);
  });
});
