import type { RunComparison } from '../../compare/compare-runs.ts';
import type { Gate, GateOutcome } from '../../compare/gate.ts';
import { textWidthPx } from '../../report/charts/text.ts';
import { html } from '../../report/markup.ts';
import { outcomeSentence, outcomeTexts, runText } from './gate-text.ts';

const LABEL = 'transport-bench';
const FONT_PX = 11;
/** The font that widths are estimated for (charts/text.ts). */
const MEASURED_PX = 13;
const PADDING_PX = 6;
const HEIGHT_PX = 20;

/** White text on each has a contrast of at least 4.5 (WCAG 2.2, 1.4.3). */
const LABEL_COLOR = '#4a4a4a';
const colors: Record<GateOutcome, string> = {
  pass: '#1f7a3a',
  regression: '#b3261e',
  incomplete: '#8a5200',
  incompatible: '#5b4b8a',
};

/** A text in the middle of its part of the badge; given its length, it fits in any font. */
function part(text: string, leftPx: number) {
  const textPx = Math.round((textWidthPx(text) * FONT_PX) / MEASURED_PX);
  const widthPx = textPx + 2 * PADDING_PX;
  const at = { x: leftPx + widthPx / 2, y: 14 };
  return {
    widthPx,
    text: html`<text x="${at.x}" y="${at.y}" text-anchor="middle" textLength="${textPx}">${text}</text>`,
  };
}

/** The outcome as a badge for a page, an SVG image that needs nothing from elsewhere. The reason is its title. */
export function comparisonToBadge(comparison: RunComparison, gate: Gate): string {
  const { outcome } = gate;
  const { word } = outcomeTexts[outcome];
  const label = part(LABEL, 0);
  const value = part(word, label.widthPx);
  const widthPx = label.widthPx + value.widthPx;
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${HEIGHT_PX}" viewBox="0 0 ${widthPx} ${HEIGHT_PX}" role="img" aria-label="${LABEL}: ${word}">
<title>${LABEL}. ${outcomeSentence(gate)} Head: ${runText(comparison, 'head')}.</title>
<rect width="${widthPx}" height="${HEIGHT_PX}" rx="3" fill="${LABEL_COLOR}"/>
<path d="M${label.widthPx} 0H${widthPx - 3}a3 3 0 0 1 3 3V${HEIGHT_PX - 3}a3 3 0 0 1 -3 3H${label.widthPx}Z" fill="${colors[outcome]}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="${FONT_PX}">${label.text}${value.text}</g>
</svg>
`;
  return svg.text;
}
