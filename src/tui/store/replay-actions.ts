/** What the keys and commands of a replay come to. */
import { NS_PER_MS } from '../../domain/time.ts';
import type { EngineCommand, Frame } from '../../engine/protocol.ts';
import type { Action } from '../keymap/action.ts';
import { bookmarkBeside, bookmarkClock, marked } from './bookmarks.ts';
import { momentOf } from './command-line.ts';
import { clockOf } from './messages.ts';
import type { Bookmark, ScreenState } from './state.ts';

/** Commands with what is said of them, other bookmarks, or why it comes to nothing. */
export type Replayed =
  | { readonly commands: readonly EngineCommand[]; readonly words: string }
  | { readonly bookmarks: readonly Bookmark[]; readonly words: string }
  | { readonly refusal: string };

const UNIT = /^(step|back)-(event|trade|snapshot|decision|fill)$/;
const SPANS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A way from here, as `+30s` or `-5m`, nanoseconds. */
function spanOf(text: string): number | undefined {
  const match = /^([+-])(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, count, unit = ''] = match;
  return Math.round((sign === '-' ? -1 : 1) * Number(count) * (SPANS[unit] ?? 0) * NS_PER_MS);
}

/** Steps stand still: a replay that plays is paused first. */
function paused(state: ScreenState, frame: Frame): readonly EngineCommand[] {
  const isPaused = state.intent.replayPaused ?? frame.replay?.paused ?? false;
  return isPaused ? [] : [{ name: 'pause-replay' }];
}

function stepped(state: ScreenState, frame: Frame, action: Action): Replayed | undefined {
  const match = UNIT.exec(action.id);
  if (match === null) return undefined;
  const unit = match[2] as Extract<EngineCommand, { name: 'step' }>['unit'];
  const isBack = match[1] === 'back';
  const step: EngineCommand = { name: 'step', unit, ...(isBack ? { direction: 'back' } : {}) };
  return { commands: [...paused(state, frame), step], words: action.label };
}

function toBookmark(bookmark: Bookmark | undefined, where: string, frame: Frame): Replayed {
  if (bookmark === undefined)
    return { refusal: `there is no bookmark ${where} this; M sets one, :jump goes to a time` };
  const { ts, events, name } = bookmark;
  const words = `go to ${name}, ${bookmarkClock(bookmark, frame)}`;
  return { commands: [{ name: 'jump-to', ts, events }], words };
}

/** A time, a way or a bookmark. */
function jumped({ bookmarks }: ScreenState, frame: Frame, where: string): Replayed {
  const bookmark = bookmarks.find(({ name }) => name === where);
  if (bookmark !== undefined) return toBookmark(bookmark, 'at', frame);
  const span = spanOf(where);
  const ts = span === undefined ? momentOf(frame, where) : frame.ts + span;
  if (ts !== undefined) return { commands: [{ name: 'jump-to', ts }], words: `go to ${where}` };
  const names = bookmarks.map(({ name }) => name).join(', ');
  const known = names === '' ? 'a bookmark (none is set: M sets one)' : `a bookmark: ${names}`;
  const now = clockOf(frame, 3);
  return {
    refusal: `jump ${where}: a time of the exchange’s clock as ${now} is needed, a way as +30s or -5m, or ${known}`,
  };
}

function sped(text: string): Replayed {
  // `max` is what the option says; typed here its x would act
  const isFull = text === 'full' || text === 'max';
  const speed = isFull ? 0 : Number(text.replace(/x$/, ''));
  if (!isFull && !(speed >= 0.1 && speed <= 1000))
    return { refusal: `speed ${text}: a number from 0.1 to 1000 is needed, or full` };
  const words = speed === 0 ? 'speed as fast as it goes' : `speed ${speed}x`;
  return { commands: [{ name: 'set-speed', speed }], words };
}

function bookmarked(state: ScreenState, frame: Frame, name: string): Replayed {
  const done = marked(state, frame, name);
  if ('refusal' in done) return done;
  const { bookmarks, added } = done;
  return { bookmarks, words: `bookmark ${added.name} at ${bookmarkClock(added, frame)}` };
}

function removed({ bookmarks }: ScreenState, name: string): Replayed {
  const rest = bookmarks.filter((bookmark) => bookmark.name !== name);
  if (rest.length < bookmarks.length) return { bookmarks: rest, words: `bookmark ${name} removed` };
  return { refusal: `there is no bookmark "${name}"; :bookmarks lists them` };
}

/** What a replay's action comes to; `undefined` where the action is none of them. */
export function onReplayAction(
  state: ScreenState,
  action: Action,
  argument: string,
): Replayed | undefined {
  const { frame } = state;
  if (!IDS.has(action.id) && !UNIT.test(action.id)) return undefined;
  if (action.id === 'remove-bookmark') return removed(state, argument);
  if (frame === null) return { refusal: 'there is no market yet' };
  if (frame.replay === null) return { refusal: 'only a replay can be gone about in' };
  switch (action.id) {
    case 'go-to':
      return jumped(state, frame, argument);
    case 'set-speed':
      return sped(argument);
    case 'restart':
      return { commands: [{ name: 'restart' }], words: 'restart' };
    case 'bookmark':
      return bookmarked(state, frame, argument);
    case 'next-bookmark':
      return toBookmark(bookmarkBeside(state, frame, 1), 'after', frame);
    case 'previous-bookmark':
      return toBookmark(bookmarkBeside(state, frame, -1), 'before', frame);
    default:
      return stepped(state, frame, action);
  }
}

const IDS: ReadonlySet<string> = new Set([
  'go-to',
  'set-speed',
  'restart',
  'bookmark',
  'next-bookmark',
  'previous-bookmark',
  'remove-bookmark',
]);
