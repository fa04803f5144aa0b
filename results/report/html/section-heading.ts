import { html, type Markup } from '../markup.ts';

/** The heading of a section, which is a link to itself, so that a reader can hand on where something stands. */
export function sectionHeading(id: string, title: string): Markup {
  return html`<h2 id="${id}"><a href="#${id}">${title}</a></h2>`;
}
