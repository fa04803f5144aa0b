import { compareRuns } from '../../compare/compare-runs.ts';
import type { ComparedRun } from '../../compare/compared-run.ts';
import { RunDocumentError } from '../../document-text.ts';
import type { RunDocument } from '../../run-document.ts';
import { comparisonHeadline } from '../comparison/comparison-summary.ts';
import { comparisonView } from '../comparison/comparison-view.ts';
import { PACKED_PREFIX, unpackDocument } from '../embedded-document.ts';
import { decodeRun } from './comparison/decode-run.ts';
import { readRunFile } from './comparison/read-file.ts';
import { toNodes } from './dom-tree.ts';

const MOST_MESSAGE_CHARACTERS = 1000;

/** The elements of html/compare.ts; null where the page has no such area. */
function areaOf(page: Document) {
  const element = <T extends HTMLElement>(id: string) => page.getElementById(id) as T | null;
  const chooser = element<HTMLInputElement>('compare-file');
  const swap = element<HTMLButtonElement>('compare-swap');
  const remove = element<HTMLButtonElement>('compare-remove');
  const status = element<HTMLParagraphElement>('compare-status');
  const result = element<HTMLDivElement>('compare-result');
  if (chooser === null || swap === null || remove === null || status === null || result === null) return null;
  return { chooser, swap, remove, status, result };
}

type Area = NonNullable<ReturnType<typeof areaOf>>;

/** The run of this page; read anew each time, since a live page is given newer ones. */
async function ownRun(): Promise<ComparedRun> {
  const link = document.getElementById('run-document')?.getAttribute('href') ?? '';
  return decodeRun(JSON.parse(await unpackDocument(link.slice(PACKED_PREFIX.length))) as RunDocument);
}

function messageOf(error: unknown, name: string): string {
  const text = error instanceof RunDocumentError ? error.message : `${name}: cannot be compared (${String(error)})`;
  return text.length <= MOST_MESSAGE_CHARACTERS ? text : `${text.slice(0, MOST_MESSAGE_CHARACTERS)} …`;
}

/** The second run of the page, and which of the two is A. */
class Comparing {
  readonly #area: Area;
  #other: ComparedRun | null = null;
  #isOtherBase = false;
  /** Of the last file chosen: what an earlier one comes to is not shown any more. */
  #latest = 0;

  constructor(area: Area) {
    this.#area = area;
  }

  async take(file: File, isChosen: boolean): Promise<void> {
    this.#latest += 1;
    const turn = this.#latest;
    this.#clear();
    if (!isChosen) this.#area.chooser.value = '';
    this.#say(`Reading ${file.name} …`);
    try {
      const other = await decodeRun(await readRunFile(file));
      if (turn !== this.#latest) return;
      this.#other = other;
      this.#isOtherBase = false;
      await this.#show();
    } catch (error) {
      if (turn === this.#latest) this.#fail(messageOf(error, file.name));
    }
  }

  async swap(): Promise<void> {
    this.#isOtherBase = !this.#isOtherBase;
    try {
      await this.#show();
    } catch (error) {
      this.#fail(messageOf(error, 'this page'));
    }
  }

  remove(): void {
    this.#latest += 1;
    this.#clear();
    this.#area.chooser.value = '';
    this.#area.chooser.focus();
    this.#say('The second run was removed.');
  }

  async #show(): Promise<void> {
    const turn = this.#latest;
    const own = await ownRun();
    const other = this.#other;
    if (other === null || turn !== this.#latest) return;
    const comparison = this.#isOtherBase ? compareRuns(other, own) : compareRuns(own, other);
    const { swap, remove, result } = this.#area;
    result.replaceChildren(...toNodes(comparisonView(comparison)));
    swap.hidden = false;
    remove.hidden = false;
    const which = this.#isOtherBase
      ? 'A is the second run, B the run of this page.'
      : 'A is the run of this page, B the second run.';
    const isSame = own.document.id === other.document.id ? ' Both have the same id: it is the same run twice.' : '';
    this.#say(`${which}${isSame} ${comparisonHeadline(comparison)}`);
    document.getElementById('compare')?.scrollIntoView();
  }

  #clear(): void {
    const { swap, remove, result } = this.#area;
    this.#other = null;
    result.replaceChildren();
    swap.hidden = true;
    remove.hidden = true;
  }

  #say(text: string): void {
    this.#area.status.textContent = text;
    this.#area.status.classList.remove('problem');
  }

  #fail(text: string): void {
    this.#clear();
    // So that the same file, mended, can be chosen again.
    this.#area.chooser.value = '';
    this.#say(text);
    this.#area.status.classList.add('problem');
    this.#area.status.scrollIntoView({ block: 'center' });
  }
}

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;

/** Takes a second run that is dropped on the page or chosen in its area, and shows this page's run against it. */
export function startCompare(): void {
  const area = areaOf(document);
  if (area === null) return;
  const comparing = new Comparing(area);
  const page = document.documentElement;
  area.chooser.addEventListener('change', () => {
    const [file] = area.chooser.files ?? [];
    if (file !== undefined) void comparing.take(file, true);
  });
  area.swap.addEventListener('click', () => void comparing.swap());
  area.remove.addEventListener('click', () => comparing.remove());
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    page.classList.add('dropping');
  });
  addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) page.classList.remove('dropping');
  });
  addEventListener('drop', (event) => {
    page.classList.remove('dropping');
    if (!hasFiles(event)) return;
    // Or the browser leaves the page for the file.
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file !== undefined) void comparing.take(file, false);
  });
}
