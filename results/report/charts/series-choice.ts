import { html, Markup } from '../markup.ts';

/** A name as part of an id: 'polling (every 250 ms)' is 'polling-every-250-ms'. */
export function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/&[a-z#0-9]+;|[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/**
 * A check box for each series of a chart, which shows and hides it, with a link to it; they need the script. Null for a
 * chart with fewer than two. `figureId`: the chart's, from which those of its series are made.
 */
export function seriesChoice(figureId: string, chart: Markup): Markup | null {
  // The labels are markup already: they come from it.
  const drawn = [...chart.text.matchAll(/<g class="series (series-\d+)" data-series="([^"]*)"/g)];
  const styles = new Map(drawn.map(([, style = '', label = '']) => [label, style]));
  if (styles.size < 2) return null;
  const seen = new Set<string>();
  const choices = [...styles].map(([label, style], at) => {
    const wanted = `${figureId}--${slug(label)}`;
    const id = seen.has(wanted) ? `${wanted}-${at + 1}` : wanted;
    seen.add(id);
    const name = new Markup(label);
    return html`<li id="${id}" class="${style}"><label><input type="checkbox" checked data-toggles="${name}"> ${name}</label> <a href="#${id}" aria-label="Link to ${name} in this chart">#</a></li>`;
  });
  return html`<fieldset class="series-choice needs-script"><legend>Shown</legend><ul>${choices}</ul></fieldset>
`;
}
