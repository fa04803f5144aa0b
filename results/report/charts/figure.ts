import { scrollable } from '../html/tables.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { seriesChoice } from './series-choice.ts';

/** The drawing's width in px, the same in every chart: text has the same size in all. */
export const CHART_WIDTH = 760;

/** A chart, drawn. */
export interface ChartParts {
  /** The drawing (see `drawing`). */
  chart: Markup;
  /** Its numbers, a whole `<table>` (see `dataTable`). */
  table: Markup;
  /** What is missing from the drawing and why; null when nothing is. */
  note: string | null;
}

/** A chart as a reader meets it. */
export interface ChartFigure extends Omit<ChartParts, 'note'> {
  /** Unique in the page; a link to it opens the chart. */
  id: string;
  title: string;
  /** How to read it, with an example from the data. */
  reading: Part;
  note?: string | null;
}

/** The SVG element of a chart. `about`: what it shows, for who cannot see it; the table has the numbers. */
export function drawing(about: string, height: number, content: Part): Markup {
  const [width, rounded] = [CHART_WIDTH, Math.ceil(height)];
  return html`<svg class="chart" viewBox="0 0 ${width} ${rounded}" width="${width}" height="${rounded}" role="img" aria-label="${about}">
${content}</svg>`;
}

/** A chart with its title, how to read it, and its numbers one click away. */
export function chartFigure({ id, title, reading, chart, table, note = null }: ChartFigure): Markup {
  return html`<figure id="${id}" class="chart-figure"><figcaption><a href="#${id}">${title}</a></figcaption>
<p class="reading">${reading}</p>
${seriesChoice(id, chart)}${scrollable(title, chart)}${note === null ? null : html`<p class="note">${note}</p>`}
<details class="chart-data"><summary>Data<span class="visually-hidden"> of ${title}</span></summary>${scrollable(`Data of ${title}`, table)}</details></figure>
`;
}
