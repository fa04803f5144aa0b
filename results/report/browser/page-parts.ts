import { type ReaderState, readState, restoreState } from './reader-state.ts';

/** Their children are the parts of a page, each replaced as a whole. */
const REGIONS = ['.page-header', '.contents ol', '#main'];

/** A part as the server sent it, and the element that shows it. */
interface Part {
  sent: string;
  element: Element;
}

/** The children of a region, each by its heading, its id, or else its tag and class, with a number. */
function partsOf(page: Document, region: string): Map<string, Element> {
  const counts = new Map<string, number>();
  const parts = new Map<string, Element>();
  for (const element of page.querySelector(region)?.children ?? []) {
    const name = element.getAttribute('aria-labelledby') ?? (element.id || `${element.tagName} ${element.className}`);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    parts.set(`${name} ${count}`, element);
  }
  return parts;
}

/** The first thing with an id that can be seen, and where it is; null at the very top, where what is new may push down. */
function anchorOf(page: Document): { id: string; top: number } | null {
  if (window.scrollY === 0) return null;
  for (const element of page.querySelectorAll('#main [id]')) {
    const { top, bottom } = element.getBoundingClientRect();
    if (bottom > 0 && bottom > top) return { id: element.id, top };
  }
  return null;
}

/**
 * Replaces those parts of a page that the server sends anew and otherwise than before, and leaves all others alone, with
 * whatever scripts have made of them. What the reader opened, set, sorted or stepped on, and what is looked at, stays.
 */
export class PageParts {
  readonly #page: Document;
  readonly #regions: ReadonlyMap<string, Map<string, Part>>;

  /** The page must be as the server sent it. */
  constructor(page: Document) {
    this.#page = page;
    const asSent = (region: string) =>
      [...partsOf(page, region)].map(([name, element]) => [name, { sent: element.outerHTML, element }] as const);
    this.#regions = new Map(REGIONS.map((region) => [region, new Map(asSent(region))]));
  }

  /** `enhance` is called with each part that came anew, when it is in the page. */
  update(next: Document, enhance: (part: Element) => void): void {
    const anchor = anchorOf(this.#page);
    for (const [region, known] of this.#regions) {
      const container = this.#page.querySelector(region);
      if (container !== null) this.#updateRegion(container, known, partsOf(next, region), enhance);
    }
    const element = anchor === null ? null : this.#page.getElementById(anchor.id);
    if (anchor === null || element === null) return;
    window.scrollBy({ top: element.getBoundingClientRect().top - anchor.top, behavior: 'instant' });
  }

  /** Sections keep their order from report to report, so a new one has its place after the one before it. */
  #updateRegion(
    container: Element,
    known: Map<string, Part>,
    next: ReadonlyMap<string, Element>,
    enhance: (part: Element) => void,
  ): void {
    let previous: Element | null = null;
    for (const [name, sentElement] of next) {
      const sent = sentElement.outerHTML;
      const old = known.get(name);
      if (old?.sent === sent) {
        previous = old.element;
        continue;
      }
      const element = this.#page.importNode(sentElement, true);
      const state: ReaderState = old === undefined ? new Map() : readState(old.element);
      if (old !== undefined) old.element.replaceWith(element);
      else if (previous !== null) previous.after(element);
      else container.prepend(element);
      known.set(name, { sent, element });
      enhance(element);
      restoreState(state, element);
      previous = element;
    }
    for (const [name, { element }] of known) {
      if (next.has(name)) continue;
      element.remove();
      known.delete(name);
    }
  }
}
