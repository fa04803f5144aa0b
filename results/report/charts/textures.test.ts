import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Texture, texturePath } from './textures.ts';

const textures: Texture[] = ['plain', 'rising', 'falling', 'upright', 'level', 'crossed', 'dots', 'checks'];
const box = { x: 100, y: 20, width: 40, height: 18 };

/** Every point of a path of M, L, h and v. */
function points(path: string): [number, number][] {
  let [x, y] = [0, 0];
  return [...path.matchAll(/([MLhv])(-?[\d.]+)(?: (-?[\d.]+))?/g)].map(([, command, first, second]) => {
    if (command === 'h') x += Number(first);
    else if (command === 'v') y += Number(first);
    else [x, y] = [Number(first), Number(second)];
    return [x, y];
  });
}

test('no two textures are the same, and only one is empty', () => {
  const paths = textures.map((texture) => texturePath(texture, box));
  expect(new Set(paths).size).toBe(textures.length);
  expect(paths.filter((path) => path === '')).toHaveLength(1);
});

test('a texture stays in its box', () => {
  const length = fc.double({ min: 0, max: 300, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...textures), length, length, (texture, width, height) => {
      for (const [x, y] of points(texturePath(texture, { ...box, width, height }))) {
        // Rounded to tenths; a dot is 2 px wide.
        expect(x).toBeGreaterThanOrEqual(box.x - 1.1);
        expect(x).toBeLessThanOrEqual(box.x + width + 1.1);
        expect(y).toBeGreaterThanOrEqual(box.y - 0.1);
        expect(y).toBeLessThanOrEqual(box.y + height + 0.1);
      }
    }),
  );
});
