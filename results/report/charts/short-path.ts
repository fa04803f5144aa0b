/** A command of path data with its numbers; the commands that the charts draw curves, bars and textures with. */
const STRAIGHT = /([MLHVhvZ])([^MLHVhvZ]*)/g;
const ONLY_STRAIGHT = /^(?:[MLHVhvZ][\d\s.,-]*)+$/;

const tenths = (value: number) => Math.round(value * 10);

/** Tenths of a px as short as SVG allows: .5, -3, 12.7. */
function shortNumber(value: number): string {
  return String(value / 10).replace(/^(-?)0\./, '$1.');
}

/** Two numbers; a minus or, after a fraction, a dot begins the second by itself. */
function pair(x: number, y: number): string {
  const [first, second] = [shortNumber(x), shortNumber(y)];
  const joined = second.startsWith('-') || (second.startsWith('.') && first.includes('.'));
  return joined ? first + second : `${first} ${second}`;
}

/**
 * The same path data in fewer bytes: each point by its distance from the one before (SVG 2, section 9.3), in tenths of a px,
 * rounded where it is and not where it came from, so that nothing drifts. Data with curves or arcs is returned as it is.
 */
export function shortPath(data: string): string {
  if (!ONLY_STRAIGHT.test(data)) return data;
  let [x, y, startX, startY] = [0, 0, 0, 0];
  let last = '';
  let text = '';
  const write = (command: string, numbers: string) => {
    // After m the same letter is not repeated for l, and a repeated command needs none.
    const isSame = command === last || (command === 'l' && last === 'm');
    text += isSame && command !== 'm' ? (numbers.startsWith('-') ? numbers : ` ${numbers}`) : command + numbers;
    last = command;
  };
  for (const [, command = '', rest = ''] of data.matchAll(STRAIGHT)) {
    const numbers = (rest.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map((number) => tenths(Number(number)));
    if (command === 'Z') {
      [x, y] = [startX, startY];
      text += 'z';
      last = 'z';
      continue;
    }
    const isPair = command === 'M' || command === 'L';
    for (let at = 0; at < numbers.length; at += isPair ? 2 : 1) {
      const first = numbers[at] as number;
      const [toX, toY] = isPair
        ? [first, numbers[at + 1] as number]
        : [
            command === 'H' ? first : command === 'h' ? x + first : x,
            command === 'V' ? first : command === 'v' ? y + first : y,
          ];
      if (command === 'M' && at === 0) {
        write('m', pair(toX - x, toY - y));
        [startX, startY] = [toX, toY];
      } else if (toY === y) write('h', shortNumber(toX - x));
      else if (toX === x) write('v', shortNumber(toY - y));
      else write('l', pair(toX - x, toY - y));
      [x, y] = [toX, toY];
    }
  }
  return text;
}
