const KEY = 'transport-bench-theme';

type Theme = 'system' | 'light' | 'dark';

const isTheme = (value: unknown): value is Theme => value === 'system' || value === 'light' || value === 'dark';

// A browser may keep no data of a file, and say so by throwing.
function remembered(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return isTheme(value) ? value : 'system';
  } catch {
    return 'system';
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds for as long as the page is open.
  }
}

function apply(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
}

/** Applies the theme that was chosen before, and lets the reader choose. Runs before the page is drawn. */
export function startTheme(): void {
  const theme = remembered();
  apply(theme);
  document.addEventListener('DOMContentLoaded', () => {
    const radios = document.querySelectorAll<HTMLInputElement>('input[name="theme"]');
    // A browser may have restored another one.
    for (const radio of radios) radio.checked = radio.value === theme;
  });
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== 'theme' || !isTheme(target.value)) return;
    apply(target.value);
    remember(target.value);
  });
}
