import { notify } from './announce.ts';

function targetOf(hash: string): HTMLElement | null {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

/** Opens what hides the target of this page's address, brings it into view, and moves the focus to it. */
function openTarget(): void {
  const target = targetOf(location.hash);
  if (target === null) return;
  for (let part: Element | null = target; part !== null; part = part.parentElement) {
    if (part instanceof HTMLDetailsElement) part.open = true;
  }
  const control = target.querySelector<HTMLElement>(':scope > label > input');
  if (control === null && target.tabIndex < 0) target.tabIndex = -1;
  target.scrollIntoView();
  (control ?? target).focus({ preventScroll: true });
}

// Only where the browser lets a page write to the clipboard; the address is right in any case.
function copyAddress(hash: string): void {
  const address = new URL(hash, location.href).href;
  navigator.clipboard?.writeText(address).then(
    () => notify('Link copied'),
    () => notify('The link is in the address bar'),
  );
}

/** Links to parts of the page open what they lead to; those that name their own place are copied when they are used. */
export function startDeepLinks(): void {
  addEventListener('hashchange', openTarget);
  openTarget();
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    const hash = link?.getAttribute('href') ?? '';
    if (link === null || link.closest('[id]') !== targetOf(hash)) return;
    copyAddress(hash);
    // Following a link to where one is already changes nothing, and is no hashchange.
    if (location.hash === hash) openTarget();
  });
}
