import { expect, test } from 'vitest';
import { RunDocumentError, readRunDocument } from '../read-document.ts';
import type { RunDocument } from '../run-document.ts';
import { capacitySearchDocument } from '../samples/capacity-search.ts';
import type { CapacitySearchSection } from './capacity-search-section.ts';

const isRead = (document: RunDocument): boolean => {
  try {
    readRunDocument(JSON.stringify(document), 'run.json');
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(RunDocumentError);
    return false;
  }
};

test('a document of searches is read again as it was written', () => {
  const document = capacitySearchDocument();
  expect(readRunDocument(JSON.stringify(document), 'run.json')).toEqual(document);
});

test('every key of the section is checked: without it the document is refused', () => {
  const document = capacitySearchDocument();
  const { searches } = document.capacitySearch as CapacitySearchSection;
  const missed = new Set<string>();
  const walk = (at: unknown, path: string): void => {
    if (at === null || typeof at !== 'object') return;
    const parent = at as Record<string, unknown>;
    for (const key of Object.keys(parent)) {
      const value = parent[key];
      const isIndex = Array.isArray(at);
      // Free-form options, and one element of each list, keep the walk short.
      if (['transportOptions', 'serverOptions'].includes(key) || (isIndex && key !== '0')) continue;
      if (!isIndex) {
        Reflect.deleteProperty(parent, key);
        if (isRead(document)) missed.add(`${path}.${key}`);
        parent[key] = value;
      }
      walk(value, isIndex ? path : `${path}.${key}`);
    }
  };
  for (const search of searches) {
    search.probes = search.probes.slice(-1);
    (document.capacitySearch as CapacitySearchSection).searches = [search];
    walk(document.capacitySearch, 'capacitySearch');
  }
  expect([...missed]).toEqual([]);
});

test('an answer of no known kind is refused', () => {
  const document = capacitySearchDocument();
  const [first] = (document.capacitySearch as CapacitySearchSection).searches;
  Object.assign(first?.answer ?? {}, { kind: 'about' });
  expect(isRead(document)).toBe(false);
});
