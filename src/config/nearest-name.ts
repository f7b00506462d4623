/**
 * The known name that `text` was most likely meant to be, or `undefined` when none is near. Case and separators do not
 * count, and the last part of a dotted name is enough: `queuemodel` finds `execution.queueModel`.
 */
export function nearestName(text: string, names: Iterable<string>): string | undefined {
  const wanted = bare(text);
  if (wanted === '') return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length * 0.4)) + 1;
  for (const name of names) {
    const lastPart = name.slice(name.lastIndexOf('.') + 1);
    // a whole name is preferred to a last part at the same distance
    const distance = Math.min(
      distanceOf(wanted, bare(name)),
      distanceOf(wanted, bare(lastPart)) + 0.5,
    );
    if (distance < bestDistance) {
      bestDistance = distance;
      best = name;
    }
  }
  return best;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbors (optimal string alignment) from `a` to `b`. */
function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + same,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
