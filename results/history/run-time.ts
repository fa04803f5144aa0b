import type { RunDocument } from '../run-document.ts';

type Started = Pick<RunDocument, 'startedAt'>;

/** The day on which a run began: "2026-11-21". */
export const runDay = ({ startedAt }: Started): string => startedAt.slice(0, 10);

/** When it began, to the second: "2026-11-21 09:00:00 UTC". */
export const runTime = ({ startedAt }: Started): string => startedAt.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
