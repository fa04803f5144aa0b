import { adviceAnswer, adviceBasis, adviceRows } from '../../advice/advice-text.ts';
import { advise } from '../../advice/advise.ts';
import type { AdviceModel } from '../../advice/model.ts';
import {
  type LatencyStatistic,
  type Needs,
  needsWords,
  positionOf,
  presets,
  type Quantity,
  scaleOf,
  valueAt,
} from '../../advice/needs.ts';
import { keepUnits } from '../../numbers.ts';

/** Changes a text only if it differs, so that nothing is announced or drawn twice. */
function setText(element: Element | null | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Lets the reader set the needs of the section "Which transport for me?", and answers at once. */
class Chooser {
  readonly #root: HTMLElement;
  readonly #model: AdviceModel;
  readonly #ownNeeds: Needs;
  readonly #hasPolling: boolean;
  #needs: Needs;

  constructor(root: HTMLElement) {
    this.#root = root;
    const { model, needs } = JSON.parse(root.dataset['chooser'] ?? '') as { model: AdviceModel; needs: Needs };
    this.#model = model;
    this.#ownNeeds = needs;
    this.#needs = { ...needs };
    this.#hasPolling = model.transports.some(({ transport }) => transport === 'polling');
    root.querySelector('fieldset')?.removeAttribute('disabled');
    root.addEventListener('input', ({ target }) => this.#read(target));
    root.addEventListener('change', ({ target }) => this.#settle(target));
    root.addEventListener('click', ({ target }) => this.#preset(target));
    root.dataset['ready'] = '';
  }

  /** Takes over what was set, unless it is no value. */
  #read(target: EventTarget | null): void {
    if (target instanceof HTMLSelectElement) this.#choose(target);
    if (!(target instanceof HTMLInputElement)) return;
    const { slider, exact } = target.dataset;
    if (slider !== undefined) this.#set(slider as Quantity, valueAt(target.valueAsNumber), target);
    if (exact === undefined) return;
    const isValue = target.validity.valid && Number.isFinite(target.valueAsNumber);
    target.toggleAttribute('aria-invalid', !isValue);
    if (isValue) this.#set(exact as Quantity, target.valueAsNumber, target);
  }

  /** A field that was left without a value shows again what counts. */
  #settle(target: EventTarget | null): void {
    if (!(target instanceof HTMLInputElement) || target.dataset['exact'] === undefined) return;
    target.removeAttribute('aria-invalid');
    target.value = String(this.#needs[target.dataset['exact'] as Quantity]);
  }

  #choose({ dataset, value }: HTMLSelectElement): void {
    if (dataset['choice'] === 'statistic') this.#needs.statistic = value as LatencyStatistic;
    else this.#needs.headers = value as Needs['headers'];
    // A profile that is a number of bytes.
    if (/^\d+$/.test(value)) this.#needs.headers = Number(value);
    this.#answer();
  }

  #set(quantity: Quantity, value: number, by: HTMLInputElement | null): void {
    const exact = this.#root.querySelector<HTMLInputElement>(`[data-exact="${quantity}"]`);
    const slider = this.#root.querySelector<HTMLInputElement>(`[data-slider="${quantity}"]`);
    if (exact === null || slider === null) return;
    // The ends of a slider are round values, and those of the field are exact.
    const within = Math.min(Number(exact.max), Math.max(Number(exact.min), value));
    this.#needs[quantity] = within;
    if (by !== exact) exact.value = String(within);
    if (by !== slider) slider.value = String(positionOf(within));
    this.#say(quantity, slider);
    this.#answer();
  }

  #say(quantity: Quantity, slider: HTMLInputElement): void {
    const words = scaleOf(quantity).words(this.#needs[quantity]);
    slider.setAttribute('aria-valuetext', words);
    setText(this.#root.querySelector(`#${slider.id}-words`), words);
  }

  #preset(target: EventTarget | null): void {
    const id = target instanceof HTMLElement ? target.dataset['preset'] : undefined;
    if (id === undefined) return;
    const needs = presets.find((preset) => preset.id === id)?.needs ?? this.#ownNeeds;
    this.#needs = { ...this.#needs, ...needs };
    for (const slider of this.#root.querySelectorAll<HTMLInputElement>('[data-slider]')) {
      const quantity = slider.dataset['slider'] as Quantity;
      this.#set(quantity, this.#needs[quantity], null);
    }
    for (const select of this.#root.querySelectorAll<HTMLSelectElement>('[data-choice]')) {
      select.value = String(this.#needs[select.dataset['choice'] as 'statistic' | 'headers']);
    }
    this.#answer();
  }

  #answer(): void {
    const advice = advise(this.#model, this.#needs);
    setText(this.#root.querySelector('.chooser-needs'), keepUnits(needsWords(this.#needs, this.#hasPolling)));
    setText(this.#root.querySelector('.chooser-answer'), keepUnits(adviceAnswer(advice)));
    setText(this.#root.querySelector('.chooser-basis'), keepUnits(adviceBasis(advice)));
    const rows = this.#root.querySelectorAll('.advice-table tbody tr');
    adviceRows(advice).forEach(({ cells }, row) => {
      cells.forEach(({ text, note, pick }, column) => {
        const parts = rows[row]?.querySelectorAll(`td:nth-of-type(${column + 1}) > *`);
        for (const [at, part] of [text, note, pick].entries()) setText(parts?.[at], keepUnits(part));
      });
    });
  }
}

/** Starts the choosers of a part of the page that are not yet started. */
export function startChooser(part: ParentNode = document): void {
  for (const root of part.querySelectorAll<HTMLElement>('[data-chooser]:not([data-ready])')) new Chooser(root);
}
