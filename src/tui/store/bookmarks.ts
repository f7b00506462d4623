/** Moments of a market's replay that a person wants to find again. */
import { formatClock } from '../../domain/time.ts';
import type { Frame } from '../../engine/protocol.ts';
import type { Bookmark, ScreenState } from './state.ts';

/** The bookmarks with this one, in the order of time. One of the same name goes to the new moment. */
function withBookmark(known: readonly Bookmark[], added: Bookmark): readonly Bookmark[] {
  return [...known.filter(({ name }) => name !== added.name), added].sort(
    (a, b) => a.events - b.events || a.ts - b.ts,
  );
}

function freeName(known: readonly Bookmark[]): string {
  for (let number = known.length + 1; ; number++) {
    const name = `m${number}`;
    if (!known.some((bookmark) => bookmark.name === name)) return name;
  }
}

/** The moment of the frame as a bookmark; without a name it gets the next free one. Or why there is none. */
export function marked(
  { bookmarks }: ScreenState,
  frame: Frame,
  name: string,
): { readonly bookmarks: readonly Bookmark[]; readonly added: Bookmark } | { refusal: string } {
  if (/\s/.test(name) || /^[\d+-]/.test(name))
    return { refusal: `bookmark "${name}": a name is one word that does not begin like a time` };
  const added = {
    name: name === '' ? freeName(bookmarks) : name,
    ts: frame.ts,
    events: frame.feed.events,
  };
  return { bookmarks: withBookmark(bookmarks, added), added };
}

/** The bookmark next to the frame's moment, by market time. */
export function bookmarkBeside(
  { bookmarks }: ScreenState,
  frame: Frame,
  direction: 1 | -1,
): Bookmark | undefined {
  const order = ({ events, ts }: Bookmark) => events - frame.feed.events || ts - frame.ts;
  return direction > 0
    ? bookmarks.find((bookmark) => order(bookmark) > 0)
    : bookmarks.findLast((bookmark) => order(bookmark) < 0);
}

/** The exchange's clock of a bookmark. */
export function bookmarkClock({ ts }: Bookmark, frame: Frame | null): string {
  return formatClock(ts + (frame?.zoneOffsetNs ?? 0), 3);
}
