import { gzipSync } from 'node:zlib';
import { formatBytes } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { PACKED_PREFIX } from '../embedded-document.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';

/** A document in the page, once: a link that saves it without a script, and that the script reads. */
function documentLink(document: RunDocument, at: number): Markup {
  const packed = gzipSync(JSON.stringify(document), { level: 9 });
  const id = at === 0 ? 'run-document' : `run-document-${at + 1}`;
  return html`<a id="${id}" class="run-document" download="${document.id}.json.gz" href="${PACKED_PREFIX}${packed.toString('base64')}">JSON, gzip</a> <span class="unit">${formatBytes(packed.length)}</span>`;
}

function button(format: string, name: string, about: string, at: number | null): Markup {
  const which = at === null ? null : html` data-document="${at}"`;
  return html`<button type="button" class="needs-script" data-download="${format}"${which} title="${about}">${name}</button>`;
}

/** The run documents themselves, so that this file alone is enough to check or compare the runs, and other formats of them. */
export function data(documents: readonly RunDocument[]): Markup | null {
  if (documents.length === 0) return null;
  const isOne = documents.length === 1;
  const runs = documents.map(
    (
      document,
      at,
    ) => html`<li><code>${document.id}</code> <span>${documentLink(document, at)}</span> ${button('json', 'Save as JSON', 'the run document', at)} ${button('hlog', 'Save as HdrHistogram log', 'the latencies of every trial', at)}</li>
`,
  );
  return html`<section aria-labelledby="raw">${sectionHeading('raw', 'The data')}
<p>This page was made from ${isOne ? 'the run document, which is' : 'the run documents, which are'} in it whole: every counter and histogram of every trial. A program finds ${isOne ? 'it' : 'the first'} in the link with the id <code>run-document</code>.</p>
<ul class="downloads">
${runs}</ul>
<p class="needs-script">${button('csv', 'Save all figures as CSV', 'a line for each metric of each cell and trial', null)}</p></section>
`;
}
