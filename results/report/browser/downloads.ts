import { toCsv } from '../../export/csv.ts';
import { toHlog } from '../../export/hlog.ts';
import type { RunDocument } from '../../run-document.ts';
import { PACKED_PREFIX, unpackDocument } from '../embedded-document.ts';
import { notify } from './announce.ts';

/** The documents of this page, unpacked when they are asked for. */
async function documentsOf(links: readonly HTMLAnchorElement[]): Promise<RunDocument[]> {
  const texts = links.map((link) => unpackDocument((link.getAttribute('href') ?? '').slice(PACKED_PREFIX.length)));
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as RunDocument);
}

function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this task.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  notify(`${name} was saved`);
}

const writers: Record<string, { type: string; write(documents: readonly RunDocument[]): string | Promise<string> }> = {
  json: { type: 'application/json', write: ([document]) => `${JSON.stringify(document, null, 1)}\n` },
  csv: { type: 'text/csv', write: toCsv },
  hlog: { type: 'text/plain', write: ([document]) => toHlog(document as RunDocument) },
};

async function download(button: HTMLButtonElement): Promise<void> {
  const { download: format = '', document: at } = button.dataset;
  const writer = writers[format];
  const all = [...document.querySelectorAll<HTMLAnchorElement>('a.run-document')];
  const documents = await documentsOf(at === undefined ? all : all.slice(Number(at), Number(at) + 1));
  const [first] = documents;
  if (writer === undefined || first === undefined) throw new Error('the page has no such document');
  const name = documents.length === 1 ? first.id : 'transport-bench-runs';
  save(`${name}.${format}`, writer.type, await writer.write(documents));
}

/** Lets the buttons with `data-download` save the documents of the page in other formats. */
export function startDownloads(): void {
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>('button[data-download]') : null;
    if (button === null) return;
    download(button).catch((error: unknown) => notify(`It could not be saved: ${String(error)}`));
  });
}
