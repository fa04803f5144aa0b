import { deliveryCells } from '../../labels.ts';
import { formatList, keepUnits } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { notesOf } from '../charts/drawn-groups.ts';
import { chartFigure } from '../charts/figure.ts';
import { type NumberedCrossover, sweepChart } from '../charts/sweep.ts';
import { crossoverSentence, crossoversOf } from '../charts/sweep-crossovers.ts';
import { type Sweep, sweepsOf } from '../charts/sweep-lines.ts';
import { recordedComparisons, type SweepQuantity, sweepQuantities } from '../charts/sweep-quantities.ts';
import { html, type Markup } from '../markup.ts';
import { invalidNote } from './invalid-note.ts';
import { sectionHeading } from './section-heading.ts';

/** A crossover with the sweep it was found in. */
interface Found {
  sweep: Sweep;
  crossover: NumberedCrossover;
}

// More than these are folded away.
const MOST_CROSSOVERS = 8;

function found(document: RunDocument, sweeps: readonly Sweep[]): Found[] {
  const recorded = recordedComparisons(document.comparisons);
  return sweeps
    .flatMap((sweep) =>
      sweepQuantities.flatMap((quantity) =>
        crossoversOf(sweep, quantity, recorded).map((crossover) => ({ sweep, crossover })),
      ),
    )
    .map(({ sweep, crossover }, at) => ({ sweep, crossover: { ...crossover, number: at + 1 } }));
}

function crossovers(all: readonly Found[]): Markup {
  if (all.length === 0) {
    return html`<p>No crossover is shown: no two transports are told apart one way at one of the measured values and the other way at another.</p>
`;
  }
  const items = (part: readonly Found[]) =>
    part.map(
      ({ sweep, crossover }) =>
        html`<li id="crossover-${crossover.number}" value="${crossover.number}">${keepUnits(crossoverSentence(sweep, crossover))}</li>
`,
    );
  const more = all.slice(MOST_CROSSOVERS);
  return html`<h3>Crossovers</h3>
<p>Where two transports change places. Claimed only where they are told apart one way at one measured value and the other way at another; the numbers stand in the charts.</p>
<ol class="crossovers">
${items(all.slice(0, MOST_CROSSOVERS))}</ol>
${
  more.length === 0
    ? null
    : html`<details><summary>${more.length} more</summary><ol class="crossovers">
${items(more)}</ol></details>
`
}`;
}

function figure(sweep: Sweep, quantity: SweepQuantity, all: readonly Found[], id: string): Markup | null {
  const own = all.filter((each) => each.sweep === sweep && each.crossover.quantity === quantity);
  const parts = sweepChart(
    sweep,
    quantity,
    own.map(({ crossover }) => crossover),
  );
  if (parts === null) return null;
  const { axis, title, lines } = sweep;
  const constant = lines.filter(({ points }) => points.every(({ value }) => value === null)).map(({ label }) => label);
  const level =
    constant.length === 0
      ? ''
      : ` A level line is one measurement: the ${axis.title} is no parameter of ${formatList(constant)}.`;
  const whisker =
    quantity.intervalWords === null ? '' : ` An upright line through a point is ${quantity.intervalWords}.`;
  return chartFigure({
    id,
    title: `${quantity.title}, over ${axis.title}${title === '' ? '' : `, ${title}`}`,
    reading: keepUnits(
      `Lower is better. A point is a cell that was measured; the lines between them only lead the eye.${whisker}${level} Equal steps upwards are equal ratios${axis.isLogarithmic ? ', as they are to the right' : ''}.`,
    ),
    ...parts,
    note: notesOf([parts.note, sweep.note]),
  });
}

/**
 * For runs that sweep a number: latency, overhead and server CPU over it, and the crossovers between transports. Null for runs
 * that sweep none, or that have nothing to draw a line through.
 */
export function sweepSection(document: RunDocument): Markup | null {
  const { sweeps, note } = sweepsOf(document);
  const all = found(document, sweeps);
  const figures = sweeps.flatMap((sweep, at) =>
    sweepQuantities.map((quantity) =>
      figure(sweep, quantity, all, `sweep-${quantity.key}${at === 0 ? '' : `-${at + 1}`}`),
    ),
  );
  if (figures.every((each) => each === null)) return null;
  const over = formatList([...new Set(sweeps.map(({ axis }) => axis.title))]);
  return html`<section aria-labelledby="sweep">${sectionHeading('sweep', `Sweep over ${over}`)}
${crossovers(all)}${figures}${
  note === null
    ? null
    : html`<p class="note">${note}</p>
`
}${invalidNote(deliveryCells(document))}</section>
`;
}
