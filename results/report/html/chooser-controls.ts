import { type HeaderProfile, headerProfileNames } from '../../../servers/contract/header-profiles.ts';
import { type AdviceModel, isAsked } from '../../advice/model.ts';
import {
  headersWords,
  type Needs,
  positionOf,
  presets,
  type Scale,
  scales,
  statisticWords,
} from '../../advice/needs.ts';
import { formatCount } from '../../numbers.ts';
import { requestBytes } from '../../theory/requests.ts';
import { html, type Markup } from '../markup.ts';

/** Cookies and tokens can make requests as long as these. */
const LARGE_REQUEST_BYTES = [2_000, 8_000];

/** A slider with a name and its value in words, and a field for the exact value. */
function control({ quantity, label, unit, lowest, highest, isWhole, words }: Scale, value: number): Markup {
  const id = `need-${quantity}`;
  const [least, most] = [Math.min(lowest, value), Math.max(highest, value)];
  const unitPart = unit === '' ? null : html` <span class="unit" aria-hidden="true">${unit}</span>`;
  return html`<div class="chooser-control"><label for="${id}">${label}</label>
<output id="${id}-words" aria-live="off" for="${id} ${id}-exact">${words(value)}</output>
<input type="range" id="${id}" data-slider="${quantity}" min="${positionOf(least)}" max="${positionOf(most)}" step="1" value="${positionOf(value)}" aria-valuetext="${words(value)}" autocomplete="off">
<span class="chooser-exact"><input type="number" id="${id}-exact" data-exact="${quantity}" min="${least}" max="${most}" step="${isWhole ? '1' : 'any'}" value="${value}" inputmode="decimal" autocomplete="off" aria-label="${label}, exactly${unit === '' ? '' : `, ${unit}`}">${unitPart}</span></div>
`;
}

/** A choice among a few. */
function choice(
  name: string,
  label: string,
  options: readonly { value: string; text: string }[],
  chosen: string,
): Markup {
  const id = `need-${name}`;
  return html`<div class="chooser-choice"><label for="${id}">${label}</label>
<select id="${id}" data-choice="${name}" autocomplete="off">${options.map(({ value, text }) => html`<option value="${value}"${value === chosen ? html` selected` : null}>${text}</option>`)}</select></div>
`;
}

/** The profiles with a name, those of the run, and large ones, each with what a request then has. */
function headerOptions({ transports }: AdviceModel, chosen: HeaderProfile): { value: string; text: string }[] | null {
  const asking = transports.find(({ transport }) => isAsked(transport));
  const [point] = asking?.points ?? [];
  if (asking === undefined || point === undefined) return null;
  const measured = transports.flatMap(({ points }) => points.map(({ at }) => at.headers));
  const profiles = new Set<HeaderProfile>([...headerProfileNames, ...LARGE_REQUEST_BYTES, ...measured, chosen]);
  return [...profiles].map((profile) => {
    const bytes = requestBytes(asking.transport, profile, point.constants.authorityBytes, 1, asking.keepAlive);
    const text =
      typeof profile === 'number' ? headersWords(profile) : `${profile}, ${formatCount(Math.round(bytes))} B a request`;
    return { value: String(profile), text };
  });
}

/** What the reader can set. Of use with the script only, and seen only then. */
export function chooserControls(model: AdviceModel, needs: Needs): Markup {
  const hasPolling = model.transports.some(({ transport }) => transport === 'polling');
  const headers = headerOptions(model, needs.headers);
  const shown = scales.filter(({ quantity }) => hasPolling || quantity !== 'pollIntervalMs');
  const statistics = Object.entries(statisticWords).map(([value, text]) => ({ value, text }));
  return html`<fieldset class="chooser-controls needs-script" disabled><legend>Your needs</legend>
<div class="chooser-presets" role="group" aria-label="Begin with"><button type="button" data-preset="run">This run</button>${presets.map(({ id, name }) => html`<button type="button" data-preset="${id}">${name}</button>`)}</div>
${shown.map((scale) => control(scale, needs[scale.quantity]))}${choice('statistic', 'The latency that counts', statistics, needs.statistic)}${headers === null ? null : choice('headers', 'Headers of requests', headers, String(needs.headers))}</fieldset>`;
}
