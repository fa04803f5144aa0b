/** Makes the explained headings of columns reachable by keyboard and touch: each is a button with its explanation. */
export function enhanceHeadings(root: ParentNode): void {
  for (const term of root.querySelectorAll<HTMLElement>('th > abbr[title]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'term';
    button.dataset['tip'] = term.title;
    button.setAttribute('aria-description', term.title);
    button.append(...term.childNodes);
    term.replaceWith(button);
  }
}
