import { html, Markup } from './markup.ts';

/**
 * A piece of a page that is built in two places: in Node, where it becomes markup, and in the browser, where it becomes
 * elements. Tags and names of attributes are written in the code and never come from a document.
 */
export interface Element {
  tag: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly Child[];
}

/** A text is escaped, or becomes a text node; null leaves nothing. */
export type Child = Element | string | null | readonly Child[];

/** An element, such as `element('td', { class: 'number' }, '12.3')`. */
export function element(tag: string, attributes: Readonly<Record<string, string>>, ...children: Child[]): Element {
  return { tag, attributes, children };
}

/** The same as markup. */
export function toMarkup(child: Child): Markup {
  if (child === null) return new Markup('');
  if (typeof child === 'string') return html`${child}`;
  if ('tag' in child) {
    const attributes = Object.entries(child.attributes).map(([name, value]) => html` ${new Markup(name)}="${value}"`);
    const tag = new Markup(child.tag);
    return html`<${tag}${attributes}>${child.children.map(toMarkup)}</${tag}>`;
  }
  return html`${child.map(toMarkup)}`;
}
