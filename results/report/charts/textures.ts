import { px } from './axis.ts';

/** A rectangle of a drawing, in px. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What tells the fills of a chart apart without their colours. */
export type Texture = 'plain' | 'rising' | 'falling' | 'upright' | 'level' | 'crossed' | 'dots' | 'checks';

const GAP_PX = 8;

/** A line from one corner distance to the other: both ends lie on the edges of the box. */
function diagonals({ x, y, width, height }: Box, isRising: boolean): string {
  const lines: string[] = [];
  for (let at = GAP_PX / 2; at < width + height; at += GAP_PX) {
    const [fromX, fromY] = [Math.min(at, width), Math.max(0, at - width)];
    const [toX, toY] = [Math.max(0, at - height), Math.min(at, height)];
    const place = (alongX: number) => px(isRising ? x + alongX : x + width - alongX);
    lines.push(`M${place(fromX)} ${px(y + fromY)}L${place(toX)} ${px(y + toY)}`);
  }
  return lines.join('');
}

function steps(length: number, gap: number): number[] {
  return Array.from({ length: Math.floor((length - gap / 2) / gap) + 1 }, (_, at) => gap / 2 + at * gap).filter(
    (at) => at < length,
  );
}

function upright({ x, y, width, height }: Box): string {
  return steps(width, GAP_PX)
    .map((at) => `M${px(x + at)} ${px(y)}v${px(height)}`)
    .join('');
}

function level({ x, y, width, height }: Box): string {
  return steps(height, GAP_PX)
    .map((at) => `M${px(x)} ${px(y + at)}h${px(width)}`)
    .join('');
}

function dots({ x, y, width, height }: Box): string {
  return steps(height, GAP_PX)
    .flatMap((down) => steps(width, GAP_PX).map((along) => `M${px(x + along - 1)} ${px(y + down)}h2`))
    .join('');
}

/**
 * The lines of a texture within a box, as path data; '' for a plain one. Drawn line by line, since the patterns of SVG are
 * referred to by ids, which would have to be unique in the page.
 */
export function texturePath(texture: Texture, box: Box): string {
  switch (texture) {
    case 'plain':
      return '';
    case 'rising':
      return diagonals(box, true);
    case 'falling':
      return diagonals(box, false);
    case 'upright':
      return upright(box);
    case 'level':
      return level(box);
    case 'crossed':
      return `${diagonals(box, true)}${diagonals(box, false)}`;
    case 'dots':
      return dots(box);
    case 'checks':
      return `${upright(box)}${level(box)}`;
  }
}
