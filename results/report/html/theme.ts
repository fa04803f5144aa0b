import { html, type Markup } from '../markup.ts';

const THEMES = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

/** The choice of a theme, for the head of a page. It needs the script; without it a page follows the system. */
export function themeChoice(): Markup {
  const choices = THEMES.map(
    ([value, name], at) =>
      html`<label><input type="radio" name="theme" value="${value}"${at === 0 ? html` checked` : null}> ${name}</label>`,
  );
  return html`<fieldset class="theme needs-script"><legend>Theme</legend>${choices}</fieldset>`;
}
