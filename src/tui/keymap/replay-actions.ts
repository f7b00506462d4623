import { PANES } from '../store/state.ts';
import type { Action, KeyContext } from './action.ts';

/** `[` and `]` choose sizes on the tape and a range in the profile. */
const BESIDE_BRACKETS: readonly KeyContext[] = PANES.filter(
  (pane) => pane !== 'tape' && pane !== 'profile',
);

function stepping(
  unit: 'event' | 'trade' | 'snapshot' | 'decision' | 'fill',
  [on, back]: readonly [string, string],
  contexts: readonly KeyContext[] = ['panes'],
): readonly Action[] {
  const common = { contexts, needsLive: true };
  return [
    {
      ...common,
      id: `step-${unit}`,
      keys: [on],
      label: `replay: on to the next ${unit}`,
      command: `step-${unit}`,
    },
    {
      ...common,
      id: `back-${unit}`,
      keys: [back],
      label: `replay: back ${unit === 'snapshot' ? 'one snapshot' : `to the ${unit} before`}`,
      command: `back-${unit}`,
    },
  ];
}

/** How a replay is gone about in. What stands still is stepped; one that plays is paused first. */
export const REPLAY: readonly Action[] = [
  {
    id: 'toggle-replay',
    keys: ['space'],
    label: 'pause or resume the replay',
    command: 'pause-replay',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'faster',
    keys: ['+', '='],
    label: 'replay faster',
    command: 'faster',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'slower',
    keys: ['-'],
    label: 'replay slower',
    command: 'slower',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'set-speed',
    keys: [],
    label: 'replay at a multiple of real time, or as fast as it goes',
    command: 'speed',
    contexts: ['panes'],
    argument: 'N|full',
    needsLive: true,
  },
  ...stepping('event', ['right', 'shift+left']),
  ...stepping('snapshot', ['shift+right', 'left']),
  ...stepping('trade', [']', '['], BESIDE_BRACKETS),
  ...stepping('decision', ['n', 'N']),
  ...stepping('fill', ['f', 'F']),
  {
    id: 'go-to',
    keys: ['g'],
    label: 'replay: go to a time or a bookmark, back or on',
    command: 'jump',
    contexts: ['panes'],
    argument: 'HH:MM[:SS[.mmm]]|+30s|-5m|BOOKMARK',
    needsLive: true,
  },
  {
    id: 'restart',
    keys: ['R'],
    label: 'replay: back to the beginning',
    command: 'restart',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'bookmark',
    keys: ['M'],
    label: 'bookmark this moment; its name behind the command',
    command: 'bookmark',
    contexts: ['panes'],
    argument: 'NAME',
    isArgumentOptional: true,
    needsLive: true,
  },
  {
    id: 'next-bookmark',
    keys: ['>'],
    label: 'replay: on to the next bookmark',
    command: 'bookmark-on',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'previous-bookmark',
    keys: ['<'],
    label: 'replay: back to the bookmark before',
    command: 'bookmark-back',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'bookmarks',
    keys: ["'"],
    label: 'the bookmarks of this market',
    command: 'bookmarks',
    contexts: ['panes', 'dialog'],
  },
  {
    id: 'remove-bookmark',
    keys: [],
    label: 'remove a bookmark',
    command: 'unbookmark',
    contexts: ['panes'],
    argument: 'NAME',
  },
];
