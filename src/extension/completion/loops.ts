/** The same few characters four times in a row. */
const LOOP_IN_LINE = /(.{2,64}?)\1{3}/;

/**
 * Where a text begins to go round in circles, as small models do: at a line that is the one before it again, or that
 * says the same thing four times. -1 when it does not.
 */
export function findLoop(text: string): number {
  let start = 0;
  let previous: string | undefined;
  for (const line of text.split("\n")) {
    const isRepeated = line.trim() !== "" && line === previous;
    if (isRepeated || loopsInside(line)) return start;
    previous = line;
    start += line.length + 1;
  }
  return -1;
}

function loopsInside(line: string): boolean {
  const fragment = LOOP_IN_LINE.exec(line)?.[1]?.trim() ?? "";
  // Rules and borders are made of one character.
  return new Set(fragment).size > 1;
}
