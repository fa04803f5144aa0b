import { readFileSync } from 'node:fs';
import { themeChoice } from './html/theme.ts';
import { html, Markup } from './markup.ts';
import { pageScript } from './script.ts';

/** The parts of a page that differ between reports. */
export interface PageParts {
  title: string;
  header: Markup;
  /** Sections, each with a heading made by sectionHeading(). */
  body: Markup;
  /** The page is served while its run goes on, and may ask its server for news. */
  live: boolean;
}

const STYLES = [
  'html/report.css',
  'html/thresholds.css',
  'html/matrix.css',
  'charts/charts.css',
  'charts/cost.css',
  'html/anatomy.css',
  'html/chooser.css',
  'html/compare.css',
  'html/history.css',
  'html/live.css',
  'browser/browser.css',
  'html/print.css',
];

/** Without comments and indentation, which are a fifth of it. */
const style = new Markup(
  STYLES.map((path) => readFileSync(new URL(path, import.meta.url), 'utf8'))
    .join('')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s*([{};,])\s*/g, '$1')
    .replaceAll(': ', ':')
    .replaceAll(';}', '}'),
);

/**
 * The content security policy of a page: one script, known by its hash and that of its loader, and nothing else; nothing is loaded, even if
 * something slipped through the escaping. A live page may ask its server for news.
 */
export const contentSecurityPolicy = (live: boolean) =>
  `default-src 'none'; style-src 'unsafe-inline'; script-src ${pageScript(live).sources}; ${live ? "connect-src 'self'; " : ''}base-uri 'none'; form-action 'none'`;

/** The headings of the sections in this markup. */
function headingsOf({ text }: Markup): { id: string; title: Markup }[] {
  return [...text.matchAll(/<h2 id="([^"]+)"><a href="#\1">(.*?)<\/a><\/h2>/g)].map(([, id = '', title = '']) => ({
    id,
    title: new Markup(title),
  }));
}

/** A table that is painted while its rows are still being read changes the width of its columns. */
const SECTIONS_PAINTED_AT_ONCE = 4;

/** Holds the first paint until the first sections are there, in browsers that know of it (HTML, rel=expect). */
function paintTogether(headings: ReturnType<typeof headingsOf>): Markup | null {
  const next = headings[SECTIONS_PAINTED_AT_ONCE] ?? headings.at(-1);
  return next === undefined ? null : html`<link rel="expect" href="#${next.id}" blocking="render">`;
}

/** The headings as links. */
function contents(headings: ReturnType<typeof headingsOf>): Markup {
  return html`<nav class="contents" aria-label="Contents"><details open><summary>Contents</summary><ol>
${headings.map(
  ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>
`,
)}</ol></details></nav>`;
}

/** A report as one HTML file that loads nothing, is whole without its script, and keeps to a content security policy. */
export function page({ title, header, body, live }: PageParts): string {
  const headings = headingsOf(body);
  return html`<!doctype html>
<html lang="en"${live ? html` data-live` : null}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(live)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="transport-bench">
<title>${title}</title>
<style>
${style}</style>
${pageScript(live).element}
${paintTogether(headings)}
</head>
<body>
<a class="skip" href="#main">To the results</a>
<header class="page-header">
${themeChoice()}
${header}
</header>
<div class="columns">
${contents(headings)}
<main id="main" tabindex="-1">
${body}</main>
</div>
</body>
</html>
`.text;
}
