import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparisonJsonSchema } from '../results/compare/comparison-document-schema.ts';
import { scenarioJsonSchema } from '../scenarios/schema.ts';

/** Writes the JSON Schemas that are made from the code. Run it by `npm run schemas`, which has the formatter on PATH. */
const schemas: Record<string, object> = {
  'scenarios/scenario.schema.json': scenarioJsonSchema(),
  'results/compare/comparison.schema.json': comparisonJsonSchema(),
};

const root = join(import.meta.dirname, '..');
for (const [file, schema] of Object.entries(schemas)) {
  writeFileSync(join(root, file), `${JSON.stringify(schema, null, 2)}\n`);
}
execFileSync('biome', ['format', '--write', ...Object.keys(schemas)], { cwd: root, stdio: 'inherit' });
