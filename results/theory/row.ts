/** A prediction beside what was measured. */
export interface TheoryRow {
  /** In words with its unit, the same in all runs. */
  quantity: string;
  /** Of the values: 'B', 'us', 'packets' ...; empty for a ratio. */
  unit: string;
  /** By a closed form of the inputs. */
  expected: number;
  measured: number;
  /** measured - expected. */
  residual: number;
  /** The largest |residual| with which the model holds, in the same unit. */
  tolerance: number;
  holds: boolean;
  /** What the closed form was given, by name with unit. */
  inputs: Record<string, number>;
  /** Likely causes when it does not hold, the likeliest first. */
  causes: string[];
}

/** A prediction and what came of it. */
export interface Prediction {
  quantity: string;
  unit: string;
  expected: number;
  measured: number;
  /** The largest |measured - expected| with which the model holds, in the same unit. */
  tolerance: number;
  /** What the closed form was given, by name with unit; what is unknown is left out. */
  inputs: Record<string, number | null>;
  /** Asked only when the prediction fails; `residual` is measured - expected. */
  causes(residual: number): string[];
}

/** A row of the theory table; null when the closed form gave no number. */
export function theoryRow({ causes, inputs, ...prediction }: Prediction): TheoryRow | null {
  const { expected, measured, tolerance } = prediction;
  if (![expected, measured, tolerance].every(Number.isFinite)) return null;
  const residual = measured - expected;
  const holds = Math.abs(residual) <= tolerance;
  return {
    ...prediction,
    residual,
    holds,
    inputs: Object.fromEntries(Object.entries(inputs).filter((entry): entry is [string, number] => entry[1] !== null)),
    causes: holds ? [] : causes(residual),
  };
}

/** Sum over the elements. */
export function sumOf<T>(elements: readonly T[], value: (element: T) => number): number {
  return elements.reduce((sum, element) => sum + value(element), 0);
}

/** Mean over the elements whose value is known, each counted `weight` times; null when there is none. */
export function meanOf<T>(
  elements: readonly T[],
  value: (element: T) => number | null,
  weight: (element: T) => number = () => 1,
): number | null {
  const known = elements.flatMap((element) => {
    const of = value(element);
    return of === null ? [] : [{ of, weight: weight(element) }];
  });
  const total = sumOf(known, (each) => each.weight);
  return total === 0 ? null : sumOf(known, (each) => each.of * each.weight) / total;
}
