/** What a reader may have opened, set, sorted, scrolled or stepped on. */
const STATEFUL = 'details, input, select, th, a, button, summary, [tabindex]';

interface ElementState {
  isOpen: boolean;
  value: string;
  isChecked: boolean;
  sort: string | null;
  scrollLeft: number;
  hasFocus: boolean;
}

/** The state of the elements of a part of a page, by names that hold for its next version too. */
export type ReaderState = ReadonlyMap<string, ElementState>;

/** Each by the nearest id or heading around it, its tag, and its number among those. */
function statefulOf(part: Element): Map<string, HTMLElement> {
  const counts = new Map<string, number>();
  const elements = new Map<string, HTMLElement>();
  for (const element of part.querySelectorAll<HTMLElement>(STATEFUL)) {
    const around = element.closest('[id], [aria-labelledby]');
    const name = `${around?.id || around?.getAttribute('aria-labelledby')} ${element.tagName}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    elements.set(`${name} ${count}`, element);
  }
  return elements;
}

/** Of a part that is in the page. */
export function readState(part: Element): ReaderState {
  const states = [...statefulOf(part)].map(([name, element]) => {
    const input = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element : null;
    const state: ElementState = {
      isOpen: element instanceof HTMLDetailsElement && element.open,
      value: input?.value ?? '',
      isChecked: element instanceof HTMLInputElement && element.checked,
      sort: element.getAttribute('aria-sort'),
      scrollLeft: element.scrollLeft,
      hasFocus: element === document.activeElement,
    };
    return [name, state] as const;
  });
  return new Map(states);
}

/** Puts the next version of a part, which is in the page and can be used, into the same state. */
export function restoreState(states: ReaderState, part: Element): void {
  for (const [name, element] of statefulOf(part)) {
    const state = states.get(name);
    if (state === undefined) continue;
    if (element instanceof HTMLDetailsElement) element.open = state.isOpen;
    if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) restoreInput(element, state);
    if (state.sort !== null) restoreSort(element, state.sort);
    if (state.scrollLeft > 0) element.scrollLeft = state.scrollLeft;
    if (state.hasFocus) element.focus({ preventScroll: true });
  }
}

function restoreInput(element: HTMLInputElement | HTMLSelectElement, { value, isChecked }: ElementState): void {
  // A script cannot choose a file; and of a group of radio buttons the checked one speaks for all.
  if (element.type === 'file' || (element.type === 'radio' && !isChecked)) return;
  const isSame = element.value === value && (!(element instanceof HTMLInputElement) || element.checked === isChecked);
  if (isSame) return;
  element.value = value;
  if (element instanceof HTMLInputElement) element.checked = isChecked;
  for (const type of ['input', 'change']) element.dispatchEvent(new Event(type, { bubbles: true }));
}

/** A click on the heading's button goes from one order to the next; there are three. */
function restoreSort(heading: HTMLElement, sort: string): void {
  for (let click = 0; click < 3 && heading.getAttribute('aria-sort') !== sort; click += 1) {
    heading.querySelector('button')?.click();
  }
}
