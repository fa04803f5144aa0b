/**
 * Edit distance (Levenshtein): the fewest single characters to insert, delete or replace that turn one word into the
 * other.
 */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] as number) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const deleted = (previous[column] as number) + 1;
      const inserted = (current[column - 1] as number) + 1;
      current.push(Math.min(replaced, deleted, inserted));
    }
    previous = current;
  }
  return previous[to.length] as number;
}

// Names are compared without case, hyphens and underscores: nobody who writes long_polling means anything else.
const plain = (word: string) => word.toLowerCase().replaceAll(/[-_ ]/g, '');

// A longer word names nothing of ours; comparing it would cost time in proportion to its length.
const LONGEST_WORD = 64;

/**
 * The known name that somebody most likely meant: one that begins with the word (from three characters on), or else
 * the one fewest edits away, at most a third of the word. Null when nothing is near.
 */
export function nearestName(word: string, known: readonly string[]): string | null {
  const wanted = plain(word);
  if (wanted === '' || wanted.length > LONGEST_WORD) return null;
  const begins = known.find((name) => wanted.length >= 3 && plain(name).startsWith(wanted));
  if (begins !== undefined) return begins;
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(wanted, plain(name));
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

/** What to do about an unknown name: `did you mean sse? Known: polling, sse`. */
export function suggestName(word: string, known: readonly string[]): string {
  const nearest = nearestName(word, known);
  const list = known.length === 0 ? 'there are none' : `known: ${known.join(', ')}`;
  return nearest === null ? list : `did you mean ${nearest}? ${list.replace(/^k/, 'K')}`;
}
