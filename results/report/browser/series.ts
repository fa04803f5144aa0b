/**
 * Lets the check boxes of a chart (`data-toggles`) show and hide its series: everything in the figure with that
 * `data-series`.
 */
export function startSeries(): void {
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    const label = target.dataset['toggles'];
    if (label === undefined) return;
    for (const series of target.closest('figure')?.querySelectorAll<SVGElement>('[data-series]') ?? []) {
      if (series.dataset['series'] === label) series.style.display = target.checked ? '' : 'none';
    }
  });
}
