import type { PlotArea } from './axis.ts';
import { textWidthPx } from './text.ts';
import type { Box } from './textures.ts';

/** A point of a drawing that needs a name beside it. */
export interface NamedPoint {
  x: number;
  y: number;
  text: string;
}

/** Where the name goes: the left end of its base line, and whether it needs a line to its point. */
export interface PlacedLabel {
  x: number;
  y: number;
  hasLeader: boolean;
}

const LINE_PX = 16;
/** Of the text's height above its base line. */
const ASCENT_PX = 12;
/** What is outside is cut off, which is worse than covered. */
const OUTSIDE_WEIGHT = 10;
const DISTANCES_PX = [11, 26, 44, 66, 92];
const DIRECTIONS = [0, 45, 315, 90, 270, 180, 135, 225].map((degrees) => (degrees * Math.PI) / 180);

/** So that the inexactness of a sum is no area. */
const toThousandths = (value: number) => Math.round(value * 1000) / 1000;

function overlapPx2(a: Box, b: Box): number {
  const along = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return along > 0 && down > 0 ? along * down : 0;
}

/** The part of a box that lies outside of the area. */
function outsidePx2(box: Box, { left, right, top, bottom }: PlotArea): number {
  const inside = overlapPx2(box, { x: left, y: top, width: right - left, height: bottom - top });
  return box.width * box.height - inside;
}

/** The box of a text whose nearest edge is this far from the point, in this direction. */
function boxAt({ x, y, text }: NamedPoint, distance: number, direction: number): Box {
  const [width, height] = [textWidthPx(text), LINE_PX];
  const [along, down] = [Math.cos(direction), -Math.sin(direction)];
  const isBeside = Math.abs(along) > 0.1;
  const boxX = !isBeside ? x - width / 2 : along > 0 ? x + along * distance : x + along * distance - width;
  const boxY = y + down * (distance + height / 2) - height / 2;
  return { x: boxX, y: boxY, width, height };
}

/**
 * Puts a name beside each point so that it covers no other name, no obstacle and nothing outside of the area: the nearest of
 * forty places that does, or else the one that covers the least.
 */
export function placeLabels(points: readonly NamedPoint[], obstacles: readonly Box[], area: PlotArea): PlacedLabel[] {
  const taken: Box[] = [...obstacles];
  return points.map((point) => {
    let best: { box: Box; cost: number; distance: number } | null = null;
    for (const distance of DISTANCES_PX) {
      for (const direction of DIRECTIONS) {
        const box = boxAt(point, distance, direction);
        const covered = taken.reduce((sum, other) => sum + overlapPx2(box, other), 0);
        const cost = toThousandths(covered + OUTSIDE_WEIGHT * outsidePx2(box, area));
        if (best === null || cost < best.cost) best = { box, cost, distance };
      }
      if (best?.cost === 0) break;
    }
    const { box, distance } = best as { box: Box; distance: number };
    taken.push(box);
    return { x: box.x, y: box.y + ASCENT_PX, hasLeader: distance > (DISTANCES_PX[0] as number) };
  });
}
