import { gzipSync } from 'node:zlib';
import { capacityCells, capacityLabel, cellLabels, deliveryCells } from '../../labels.ts';
import { byteUnits, formatBytes, formatCount, keepUnits, significant, UNKNOWN, unitFor } from '../../numbers.ts';
import type { RunDocument, Validity } from '../../run-document.ts';
import { html, jsonForScript, type Markup, type Part } from '../markup.ts';
import { failedCells, skippedByReason } from '../verdict.ts';
import { scrollable } from './tables.ts';

/** Cells without a result, each with the reason. */
export function notCompleted(document: RunDocument): Markup | null {
  const failed = failedCells(document);
  const skipped = skippedByReason(document);
  if (failed.length + skipped.length === 0) return null;
  return html`<section aria-labelledby="not-completed"><h2 id="not-completed">Without a result</h2>
<ul class="outcomes">
${failed.map(
  (
    result,
  ) => html`<li class="failed"><p><strong class="flag">Failed</strong> <code>${result.cell.id}</code>, trial ${result.trial}: ${result.reason}</p>${result.stderrTail.trim() === '' ? null : html`<p class="note">End of the server’s standard error:</p><pre tabindex="0">${result.stderrTail}</pre>`}</li>
`,
)}${skipped.map(
  ({
    reason,
    cellIds,
  }) => html`<li class="skipped"><p><strong>Skipped</strong> ${reason}:</p><ul>${cellIds.map((id) => html`<li><code>${id}</code></li>`)}</ul></li>
`,
)}</ul></section>
`;
}

function checkRows(name: string, validity: Validity): Markup[] {
  return validity.checks.map(
    (check) =>
      html`<tr${check.ok ? null : html` class="invalid"`}><th scope="row">${name}</th><td>${check.name}</td><td>${check.ok ? 'passed' : html`<strong class="flag">failed</strong>`}</td><td class="number">${check.value === null ? UNKNOWN : significant(check.value)}</td><td class="text">${check.limit}</td><td class="text advice">${check.ok ? '' : check.advice}</td></tr>
`,
  );
}

/** What to know before the figures are read; null when there is nothing. */
export function warnings(document: RunDocument): Markup | null {
  if (document.warnings.length === 0) return null;
  return html`<section aria-labelledby="warnings"><h2 id="warnings">${document.warnings.length === 1 ? 'Warning' : 'Warnings'}</h2>
<ul class="warnings">
${document.warnings.map(
  ({ message, advice }) => html`<li>${keepUnits(message)} <span class="advice">${advice}</span></li>
`,
)}</ul></section>
`;
}

/** What the instrument checked of itself, failed checks open to view. */
export function validity(document: RunDocument): Markup {
  const labels = cellLabels(deliveryCells(document).map((result) => result.cell));
  const judged = [
    ...deliveryCells(document).map((result) => ({
      name: labels.get(result.cell.id) ?? result.cell.id,
      validity: result.validity,
    })),
    ...capacityCells(document).map((result) => ({ name: capacityLabel(result), validity: result.validity })),
  ];
  const invalid = judged.filter((cell) => !cell.validity.ok);
  const invalidFirst = [...invalid, ...judged.filter((cell) => cell.validity.ok)];
  const table = html`<table><thead><tr><th scope="col">Cell</th><th scope="col">Check</th><th scope="col">Outcome</th><th scope="col">Value</th><th scope="col">Limit</th><th scope="col">What to do</th></tr></thead><tbody>
${invalidFirst.flatMap((cell) => checkRows(cell.name, cell.validity))}</tbody></table>`;
  return html`<section aria-labelledby="validity"><h2 id="validity">Validity</h2>
${judged.length === 0 ? html`<p>No cell was completed, so nothing could be checked.</p>` : html`<details${invalid.length > 0 ? html` open` : null}><summary>${invalid.length === 0 ? 'All checks passed' : `${invalid.length} of ${judged.length} cells not valid`}</summary>${scrollable('Checks', table)}</details>`}</section>
`;
}

function facts(rows: readonly (readonly [string, Part])[]): Markup {
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value === null ? 'unknown' : value}</dd>`)}</dl>`;
}

/** The machine, the versions, and how to do it again. */
export function environment(document: RunDocument): Markup {
  const { environment: machine, tool, plan } = document;
  const { openFiles, localPorts, acceptBacklog } = machine.limits;
  const dirty = tool.gitDirty === true ? ', with uncommitted changes' : '';
  return html`<section aria-labelledby="environment"><h2 id="environment">Environment</h2>
${facts([
  ['Processor', `${machine.cpuModel ?? 'unknown model'}, ${machine.cpuCount} logical`],
  ['Frequency governor', machine.cpuGovernor],
  [
    'Memory',
    `${significant(machine.memoryBytes / unitFor(byteUnits, machine.memoryBytes).size)} ${unitFor(byteUnits, machine.memoryBytes).symbol}`,
  ],
  ['System', `${machine.os}, kernel ${machine.kernel}`],
  ['Load before the run, 1 min', significant(machine.loadAverage1Min)],
  ['Node.js', machine.nodeVersion],
  [
    'Packages',
    Object.entries(machine.packages)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ') || null,
  ],
  ['Open files, limit', openFiles === null ? null : formatCount(openFiles)],
  ['Local ports', localPorts === null ? null : `${localPorts.low} to ${localPorts.high}`],
  ['Accept backlog, limit', acceptBacklog === null ? null : formatCount(acceptBacklog)],
  ['transport-bench', `${tool.version}, commit ${tool.gitCommit ?? 'unknown'}${dirty}`],
  ['Seed', String(plan.seed)],
  ['Started', document.startedAt],
  ['Finished', document.finishedAt ?? 'not finished'],
])}
<h3>To repeat this run</h3>
<pre tabindex="0"><code>${document.command}</code></pre>
<details><summary>The scenario file</summary><pre tabindex="0">${document.scenario.yaml}</pre></details></section>
`;
}

/** The run document itself, so that this file alone is enough to check or compare the run. */
export function rawData(document: RunDocument): Markup {
  const packed = gzipSync(JSON.stringify(document), { level: 9 });
  return html`<section aria-labelledby="raw"><h2 id="raw">The data</h2>
<p><a download="${document.id}.json.gz" href="data:application/gzip;base64,${packed.toString('base64')}">Download the run document</a> (JSON, gzip, ${formatBytes(packed.length)}): every counter and histogram of every trial. It is also in the source of this page, in the element with the id <code>run-document</code>.</p>
<script type="application/json" id="run-document">${jsonForScript(document)}</script></section>
`;
}
