const GAP_PX = 6;
const EDGE_PX = 8;

/** The element with an explanation that this is in, if any. */
function termAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
}

/** Above its term, where it hides no figure, or below where there is no room, and within the window. */
function place(tip: HTMLElement, term: HTMLElement): void {
  const of = term.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const above = of.top - GAP_PX - height;
  const left = Math.max(EDGE_PX, Math.min(of.left, document.documentElement.clientWidth - width - EDGE_PX));
  tip.style.top = `${above >= EDGE_PX ? above : of.bottom + GAP_PX}px`;
  tip.style.left = `${left}px`;
}

/**
 * Shows the explanation of a term (`data-tip`) while the pointer is over it or it has the focus, which a tap gives it too.
 * It stays while the pointer is over the explanation itself, and Escape hides it (WCAG 2.2, 1.4.13).
 */
export function startTooltips(): void {
  const tip = document.createElement('div');
  tip.className = 'tip';
  // For who sees it; a screen reader has the description of the term.
  tip.setAttribute('aria-hidden', 'true');
  tip.popover = 'manual';
  document.body.append(tip);
  let shown: HTMLElement | null = null;

  const show = (term: HTMLElement | null) => {
    if (term === shown) return;
    shown = term;
    tip.hidePopover();
    if (term === null) return;
    tip.textContent = term.dataset['tip'] ?? '';
    tip.showPopover();
    place(tip, term);
  };
  document.addEventListener('pointerover', ({ target }) => {
    if (target instanceof Node && tip.contains(target)) return;
    show(termAt(target) ?? termAt(document.activeElement));
  });
  document.addEventListener('focusin', ({ target }) => show(termAt(target)));
  document.addEventListener('focusout', () => show(null));
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') show(null);
  });
  // It is placed in the window and not in the page; a term that gets the focus may be scrolled to.
  document.addEventListener(
    'scroll',
    () => {
      if (shown === null) return;
      const { top, bottom } = shown.getBoundingClientRect();
      if (bottom < 0 || top > innerHeight) show(null);
      else place(tip, shown);
    },
    { capture: true, passive: true },
  );
}
