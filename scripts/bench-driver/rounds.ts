/** One measurement of one contestant. */
export interface Measured {
  contestant: string;
  measure(round: number): Promise<number>;
}

/**
 * Measures every contestant once in each round. The order moves on by one from round to round, so that none always comes
 * after the same one, and drift of the machine favours nobody. Returns the values of each, by round.
 */
export async function measureRounds(
  contestants: readonly Measured[],
  rounds: number,
  progress: (contestant: string, round: number) => void,
): Promise<Map<string, number[]>> {
  const values = new Map(contestants.map(({ contestant }) => [contestant, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const { contestant, measure } = contestants[(turn + round) % contestants.length] as Measured;
      progress(contestant, round + 1);
      values.get(contestant)?.push(await measure(round + 1));
    }
  }
  return values;
}
