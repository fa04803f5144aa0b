import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { html, Markup } from './markup.ts';

/** The script of a page. */
export interface PageScript {
  /** The element: a loader, and the script itself deflated, since it would be a sixth of the page otherwise. */
  element: Markup;
  /** The script as it runs. */
  text: string;
  /** What a content security policy allows, `script-src ${sources}`: the loader and the script by their hashes. */
  sources: string;
}

const BUNDLES_BYTES_MAX = 1_000_000;

const made = new Map<boolean, PageScript>();

function bundled(...entries: string[]): string[] {
  const bundle = fileURLToPath(new URL('./bundle.ts', import.meta.url));
  const texts = execFileSync(process.execPath, [bundle, ...entries], {
    encoding: 'utf8',
    maxBuffer: BUNDLES_BYTES_MAX,
  });
  return JSON.parse(texts) as string[];
}

const source = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * The script of a page, the same at every call; that of a live page also asks for news. It is made at the first, which
 * takes half a second: no command pays for it that makes no page, and a run does after it has measured. Throws when it
 * could not stand in a page.
 */
export function pageScript(live: boolean): PageScript {
  const known = made.get(live);
  if (known !== undefined) return known;
  const [text = '', loader = ''] = bundled(live ? 'main-live.ts' : 'main.ts', 'loader.ts');
  // Either would end the element, or keep it from ending, wherever it stands.
  const fatal = /<\/?script|<!--/i.exec(loader)?.[0];
  if (fatal !== undefined) throw new Error(`the script of the report contains "${fatal}", which HTML does not allow`);
  const packed = deflateRawSync(text, { level: 9 }).toString('base64');
  const script = {
    element: html`<script data-packed="${packed}">${new Markup(loader)}</script>`,
    text,
    sources: `${source(loader)} ${source(text)}`,
  };
  made.set(live, script);
  return script;
}
