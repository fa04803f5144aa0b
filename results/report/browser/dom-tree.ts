import type { Child } from '../tree.ts';

const SVG = 'http://www.w3.org/2000/svg';

function nodesIn(child: Child, isDrawing: boolean): Node[] {
  if (child === null) return [];
  if (typeof child === 'string') return [document.createTextNode(child)];
  if (!('tag' in child)) return child.flatMap((each) => nodesIn(each, isDrawing));
  const drawing = isDrawing || child.tag === 'svg';
  const made = drawing ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag);
  for (const [name, value] of Object.entries(child.attributes)) made.setAttribute(name, value);
  made.append(...child.children.flatMap((each) => nodesIn(each, drawing)));
  return [made];
}

/** The nodes of a tree; texts become text nodes and values of attributes stay values, whatever is in them. */
export function toNodes(child: Child): Node[] {
  return nodesIn(child, false);
}
