import { type SymbolType, symbol, symbolsFill } from 'd3-shape';
import { type TransportId, transportIds } from '../../../servers/contract/transports.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { px } from './axis.ts';

/** How a series looks, so that it can be told from the others of its chart without its colour too. */
export interface SeriesStyle {
  /** Position of the transport among all: decides the colour, the same in every chart. */
  color: number;
  /** `stroke-dasharray` of its lines. */
  dash: string;
  /** Path of its marker around (0, 0). */
  marker: string;
  /** Its marker is an outline. */
  isHollow: boolean;
}

const MARKER_AREA_PX = 46;
const dashes = ['none', '9 4', '2 4', '12 4 2 4', '5 3'];

/** The outline of a marker, with as many digits as can be seen. */
function markerPath(type: SymbolType | undefined): string {
  const path = symbol(type, MARKER_AREA_PX)() ?? '';
  return path.replace(/-?\d+\.\d+/g, (digits) => String(px(Number(digits))));
}

/**
 * The styles of the series of one chart, in order. A transport has its colour everywhere and, when it is in the chart once, its
 * dash pattern; several series of one transport (polling at several intervals, several runs) have other dash patterns each.
 * Every series has a marker of its own, up to 14 of them.
 */
export function seriesStyles(transports: readonly TransportId[]): SeriesStyle[] {
  return transports.map((transport, position) => {
    const color = transportIds.indexOf(transport);
    const before = transports.slice(0, position).filter((other) => other === transport).length;
    return {
      color,
      dash: dashes[(color + before) % dashes.length] as string,
      marker: markerPath(symbolsFill[position % symbolsFill.length]),
      isHollow: Math.floor(position / symbolsFill.length) % 2 === 1,
    };
  });
}

/** Everything of a series in a chart: the page's script hides it as one. `label` is its name as the reader knows it. */
export function seriesGroup({ color }: SeriesStyle, label: string, content: Part): Markup {
  return html`<g class="series series-${color}" data-series="${label}">${content}</g>
`;
}

/** A marker at this point of the drawing; whoever points at it reads `title`. */
export function markerAt({ marker, isHollow }: SeriesStyle, x: number, y: number, title: string): Markup {
  return html`<path class="${isHollow ? 'marker hollow' : 'marker'}" d="${marker}" transform="translate(${px(x)} ${px(y)})"><title>${title}</title></path>`;
}
