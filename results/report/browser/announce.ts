const SHOWN_MS = 4000;

let region: HTMLElement | null = null;
let hiding: ReturnType<typeof setTimeout> | undefined;

function liveRegion(): HTMLElement {
  if (region?.isConnected) return region;
  region = document.createElement('p');
  region.className = 'announcement';
  region.setAttribute('role', 'status');
  document.body.append(region);
  return region;
}

/** Says a short sentence to a screen reader, of what everybody else sees anyway. */
export function announce(text: string): void {
  liveRegion().textContent = text;
}

/** Says it and shows it too, for a moment, at the edge of the window. */
export function notify(text: string): void {
  announce(text);
  liveRegion().classList.add('shown');
  clearTimeout(hiding);
  hiding = setTimeout(() => liveRegion().classList.remove('shown'), SHOWN_MS);
}
