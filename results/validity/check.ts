/** One question the instrument asks itself. */
export interface Check {
  /** The same for all trials, cells and runs. */
  id: string;
  name: string;
  ok: boolean;
  /** What it means when it fails: `invalid`, the figures do not say what they claim; `warning`, read them with care. */
  severity: 'invalid' | 'warning';
  value: number | null;
  /** In words with the unit, for example "at most 1000 us". */
  limit: string;
  advice: string;
}

export interface Validity {
  /** No check of severity `invalid` failed. */
  ok: boolean;
  checks: Check[];
}
