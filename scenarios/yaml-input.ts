import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Problem } from './problems.ts';

/** A place in a file, from 1. */
interface Position {
  line: number;
  column: number;
}

/** A YAML text read into plain data, with the places its values stand at. */
export interface YamlInput {
  data: unknown;
  /** What is wrong with the YAML itself, whatever it means. */
  problems: Problem[];
  /** Whether `data` is what the author wrote: a repeated key leaves that clear, a syntax error does not. */
  readable: boolean;
  /** The place of the value at a path, or of its nearest ancestor when there is none. */
  positionOf(path: readonly PropertyKey[]): Position;
  /** The place of a key in the map at a path. */
  positionOfKey(path: readonly PropertyKey[], key: string): Position;
}

/** The parser's errors that deserve words of our own; the others keep the parser's. */
const OWN_WORDS: Partial<Record<ErrorCode, { found: string; advice: string }>> = {
  DUPLICATE_KEY: { found: 'found this key a second time in its map', advice: 'keep one of the two' },
  TAB_AS_INDENT: { found: 'found a tab as indentation', advice: 'indent with spaces' },
  MULTIPLE_DOCS: { found: 'found a second document', advice: 'remove the line of three hyphens' },
};
const DEFAULT_ADVICE = 'correct the YAML; text with a colon, # or quotes in it needs quotes around it';

// One forgotten bracket can make the parser complain at every character after it.
const MOST_YAML_PROBLEMS = 10;

function childOf(node: unknown, part: PropertyKey): unknown {
  if (isMap(node)) return node.items.find((pair) => String(pair.key) === String(part))?.value;
  return typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)
    ? node.items[Number(part)]
    : undefined;
}

/** Aliases and keys that are not plain text: legal YAML, of no use here and a source of surprises. */
function exoticNodes(document: Document): { node: Node; found: string; advice: string }[] {
  const exotic: { node: Node; found: string; advice: string }[] = [];
  visit(document, (_key, node) => {
    if (isPair(node)) {
      if (!isScalar(node.key) && typeof node.key === 'object' && node.key !== null) {
        exotic.push({ node: node.key as Node, found: 'found a list or a map as a key', advice: 'use a plain word' });
      }
    } else if (isAlias(node)) {
      exotic.push({ node, found: `found the alias *${node.source}`, advice: 'write the value itself' });
    }
  });
  return exotic;
}

function tooDeep(): YamlInput {
  const start = () => ({ line: 1, column: 1 });
  const problem = { path: '', ...start(), found: 'found values nested too deeply to read', advice: 'write a flat map' };
  return { data: undefined, problems: [problem], readable: false, positionOf: start, positionOfKey: start };
}

/** Reads YAML 1.2 (core schema). Never throws: whatever the text is, the problems say so. */
export function readYaml(text: string): YamlInput {
  const lines = new LineCounter();
  // Level `error`, not `silent`: `silent` would also accept a second document.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const start = (node: unknown) => (node as Node | undefined)?.range?.[0];

  // The parser recurses and says so when the stack is exhausted. Walking the document needs less stack than parsing.
  if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return tooDeep();
  const problems: Problem[] = [...document.errors, ...document.warnings]
    .slice(0, MOST_YAML_PROBLEMS)
    .map(({ code, message, pos }) => {
      const words = { found: `YAML: ${message.replaceAll(/\s+/g, ' ')}`, advice: DEFAULT_ADVICE, ...OWN_WORDS[code] };
      return { path: '', ...position(pos[0]), ...words };
    });
  const exotic = exoticNodes(document);
  for (const { node, found, advice } of exotic.slice(0, MOST_YAML_PROBLEMS)) {
    problems.push({ path: '', ...position(start(node) ?? 0), found, advice });
  }
  // Neither may reach toJS: aliases can expand without bound, and nested keys take it exponential time.
  const readable = exotic.length === 0 && document.errors.every(({ code }) => code === 'DUPLICATE_KEY');

  const positionOf = (path: readonly PropertyKey[]): Position => {
    let node: unknown = document.contents;
    let offset = start(node) ?? 0;
    for (const part of path) {
      node = childOf(node, part);
      offset = start(node) ?? offset;
    }
    return position(offset);
  };
  const positionOfKey = (path: readonly PropertyKey[], key: string): Position => {
    let node: unknown = document.contents;
    for (const part of path) node = childOf(node, part);
    const pair = isMap(node) ? node.items.find((item) => String(item.key) === key) : undefined;
    const offset = start(pair?.key);
    return offset === undefined ? positionOf(path) : position(offset);
  };
  return { data: readable ? document.toJS() : undefined, problems, readable, positionOf, positionOfKey };
}
