import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The part of the project a file belongs to; a server is every folder of servers/ that is none of the others. */
function partOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  if (top !== 'servers') return top;
  return ['contract', 'feed', 'launch', 'conformance'].includes(second) ? `servers/${second}` : 'a server';
}

/** What a part may import beside itself. Tests may import more: they bring the parts together. */
const mayImport: Record<string, string[]> = {
  'servers/contract': [],
  scenarios: ['servers/contract'],
  results: ['servers/contract', 'scenarios'],
  clients: ['servers/contract', 'results'],
  'servers/feed': ['servers/contract'],
  'servers/launch': ['servers/contract'],
  'servers/conformance': ['servers/contract'],
  'a server': ['servers/contract'],
  scripts: [
    'servers/contract',
    'servers/feed',
    'servers/launch',
    'servers/conformance',
    'a server',
    'scenarios',
    'results',
    'clients',
  ],
};

interface Import {
  file: string;
  target: string;
}

const files = globSync('{servers,clients,scenarios,results,scripts}/**/*.{ts,mjs}', { cwd: root });
// Code that only tests run is free to import what it tests.
const sources = files.filter((file) => !/\.test\.ts$|\/fixtures\/|^results\/samples\//.test(file));

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const specifiers = text.matchAll(/(?:from|import|import\.meta\.resolve\()\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...specifiers].map(([, specifier = '']) => ({
    file,
    target: relative(root, join(root, dirname(file), specifier)),
  }));
}

describe('the import table', () => {
  const imports = sources.flatMap(importsOf);

  it('sees the project: every part has files, and files import', () => {
    expect(new Set(sources.map(partOf))).toEqual(new Set(Object.keys(mayImport)));
    expect(imports.length).toBeGreaterThan(100);
  });

  it('is kept', () => {
    const broken = imports
      .filter(
        ({ file, target }) => partOf(file) !== partOf(target) && !mayImport[partOf(file)]?.includes(partOf(target)),
      )
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(broken).toEqual([]);
  });

  it('has no cycles', () => {
    const targets = Map.groupBy(imports, ({ file }) => file);
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: string[]) => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const { target } of targets.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of sources) visit(file, []);
    expect(cycles).toEqual([]);
  });
});

describe('rules that keep the numbers honest', () => {
  const filesWith = (pattern: RegExp) => sources.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));

  it('only the clock module reads a clock', () => {
    const clocks = /process\.hrtime|performance\.now|Date\.now|new Date\(\)/;
    expect(filesWith(clocks)).toEqual(['servers/contract/clock.ts']);
  });

  it("only the ledger opens a subscriber's socket", () => {
    const inClients = filesWith(/from 'node:(net|tls|http|https|http2)'/).filter((file) => file.startsWith('clients/'));
    const opening = inClients.filter(
      (file) => !/import type [^;]*'node:net'/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(opening).toEqual(['clients/driver/ledger.ts']);
  });
});

describe('the pinned Node', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const pins = Object.entries(read('package.json').optionalDependencies as Record<string, string>);

  it('is one version on every platform, in the lock file with its hash', () => {
    const { packages } = read('package-lock.json');
    expect(pins.length).toBeGreaterThanOrEqual(4);
    expect(new Set(pins.map(([, version]) => version)).size).toBe(1);
    for (const [name, version] of pins) {
      // A name that does not exist would vanish from the lock file without an error.
      expect(packages[`node_modules/${name}`]).toMatchObject({ version, optional: true, bin: { node: 'bin/node' } });
      expect(packages[`node_modules/${name}`].integrity).toMatch(/^sha512-/);
    }
  });

  it('is what runs this test', () => {
    expect(process.version).toBe(`v${pins[0]?.[1]}`);
  });

  it('needs no install script of any package', () => {
    const { packages } = read('package-lock.json') as { packages: Record<string, { hasInstallScript?: boolean }> };
    const scripted = Object.keys(packages).filter((name) => packages[name]?.hasInstallScript);
    expect(scripted.filter((name) => !/node_modules\/fsevents$/.test(name))).toEqual([]);
  });
});
