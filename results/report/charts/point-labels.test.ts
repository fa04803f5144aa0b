import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeLabels } from './point-labels.ts';
import { textWidthPx } from './text.ts';

const area = { left: 60, right: 740, top: 30, bottom: 410 };

test('names of points in one place cover neither each other nor the points', () => {
  const point = fc.record({
    x: fc.double({ min: 80, max: 720, noNaN: true }),
    y: fc.double({ min: 40, max: 400, noNaN: true }),
    text: fc.constantFrom('sse', 'websocket', 'polling (every 250 ms)'),
  });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 5 }), (points) => {
      const obstacles = points.map(({ x, y }) => ({ x: x - 8, y: y - 8, width: 16, height: 16 }));
      const boxes = placeLabels(points, obstacles, area).map(({ x, y }, at) => ({
        x,
        y: y - 12,
        width: textWidthPx((points[at] as (typeof points)[number]).text),
        height: 16,
      }));
      for (const [at, box] of boxes.entries()) {
        for (const other of [...boxes.slice(at + 1), ...obstacles]) {
          const along = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
          const down = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
          expect(Math.min(along, down)).toBeLessThanOrEqual(0.05);
        }
        expect(box.x).toBeGreaterThanOrEqual(area.left - 1e-6);
        expect(box.x + box.width).toBeLessThanOrEqual(area.right + 1e-6);
      }
    }),
  );
});

test('a label beside its point needs no leader', () => {
  expect(placeLabels([{ x: 300, y: 200, text: 'sse' }], [], area)).toEqual([{ x: 311, y: 204, hasLeader: false }]);
});
