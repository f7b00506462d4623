import { formatClock, NS_PER_HOUR } from '../../domain/time.ts';
import type { Frame } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import { drawPieces, type Piece } from '../draw.ts';
import {
  decimalsOf,
  formatCompact,
  formatDuration,
  formatPriceOr,
  formatWords,
} from '../format.ts';
import { clockOf } from '../store/messages.ts';
import { isChanged } from '../store/selectors.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

function badge(frame: Frame, look: Look): Piece {
  const isLive = frame.mode === 'live';
  const text = isLive ? ' *** LIVE *** ' : ` ${frame.mode.toUpperCase()} `;
  return { text, style: look.style[frame.mode], rank: 0 };
}

function haltPiece(frame: Frame, look: Look): Piece {
  const text =
    frame.halted !== null
      ? ` HALTED: ${frame.halted} `
      : frame.brain.paused
        ? ' BRAIN PAUSED '
        : frame.entryLocked
          ? ' ENTRY LOCKED '
          : '';
  const style = frame.halted !== null ? look.style.critical : look.style.wall;
  return { text, style, rank: 0 };
}

function feedPieces(frame: Frame, look: Look): Piece[] {
  const { feed } = frame;
  const style =
    feed.state === 'live'
      ? look.style.good
      : feed.state === 'ended'
        ? look.style.muted
        : look.style.wall;
  const age = formatDuration(feed.lastEventAgeMs).padStart(6);
  const percent =
    feed.progress === null ? '' : `${String(Math.floor(feed.progress * 100)).padStart(3)}%`;
  const rate = `${formatCompact(feed.eventsPerSecond, 6).padStart(6)} ev/s`;
  return [
    { text: feed.depthLabel ?? '', style: look.style.wall, rank: 2 },
    { text: `feed ${feed.state}`, style, rank: 2 },
    { text: `last event ${age} ago`, style: look.style.muted, rank: 5 },
    { text: rate, style: look.style.muted, rank: 6 },
    { text: percent, style: look.style.muted, rank: 6 },
  ];
}

/** What a connection is called while it is not what it should be. */
const BROKEN = {
  disconnected: 'NOT CONNECTED',
  reconciling: 'RECONCILING',
  disputed: 'BROKER DISAGREES',
} as const;

function brokerPieces({ broker }: Frame, look: Look): Piece[] {
  if (broker === undefined) return [];
  const { connection, positionBefore, words } = broker;
  const isConnected = connection === 'connected';
  const state = isConnected
    ? 'broker connected'
    : ` ${BROKEN[connection]}${words === '' ? '' : `: ${words}`} `;
  const held = positionBefore === 0 ? '' : `held before ${positionBefore}`;
  return [
    {
      text: state,
      style: isConnected ? look.style.good : look.style.critical,
      rank: isConnected ? 3 : 0,
    },
    { text: `account ${broker.account}`, style: look.style.text, rank: 4 },
    { text: held, style: look.style.wall, rank: 3 },
    { text: broker.lines, style: look.style.muted, rank: 8 },
  ];
}

function replayPiece(frame: Frame, look: Look): Piece {
  const { replay } = frame;
  if (replay === null) return { text: '', style: 0, rank: 9 };
  const speed = replay.speed === 0 ? 'max' : `${replay.speed}x`;
  return replay.paused
    ? { text: `${look.glyph.paused} PAUSED ${speed}`, style: look.style.wall, rank: 1 }
    : { text: `${look.glyph.running} ${speed.padStart(5)}`, style: look.style.text, rank: 3 };
}

/** While a replay only repeats what was played before: how far, and what by hand comes again. */
function aheadPiece({ replay, zoneOffsetNs }: Frame, look: Look): Piece {
  const ahead = replay?.ahead;
  if (ahead === undefined) return { text: '', style: 0, rank: 9 };
  const hand = ahead.commands === 0 ? '' : `, ${ahead.commands} by hand`;
  const until = formatClock(ahead.until + zoneOffsetNs);
  return { text: `REPEATS to ${until}${hand}`, style: look.style.order, rank: 2 };
}

function zoneText(frame: Frame): string {
  if (frame.zoneName !== '') return frame.zoneName;
  const hours = frame.zoneOffsetNs / NS_PER_HOUR;
  return `UTC${hours < 0 ? '' : '+'}${hours}`;
}

function marketPieces(state: ScreenState, frame: Frame, look: Look, isWide: boolean): Piece[] {
  const { style } = look;
  const last = formatPriceOr(frame.state.LAST, decimalsOf(frame.tickNanos), look.glyph.dash);
  const session = isChanged(state, 'TIME_SESSION') ? style.changed : style.muted;
  return [
    badge(frame, look),
    haltPiece(frame, look),
    { text: frame.symbol, style: style.strong, rank: 1 },
    { text: last.padStart(8), style: style.lastPrice, rank: 3 },
    { text: frame.session, style: style.muted, rank: 7 },
    { text: `${clockOf(frame, isWide ? 1 : 0)} ${zoneText(frame)}`, style: style.strong, rank: 1 },
    { text: formatWords(frame.state.TIME_SESSION).padEnd(11), style: session, rank: 4 },
    replayPiece(frame, look),
    aheadPiece(frame, look),
    ...(isWide ? [] : brokerPieces(frame, look)),
    ...feedPieces(frame, look),
  ];
}

/** The cost of the way that stands, and what was paid with the ways that were left. */
function costText({ costUsd, paidUsd }: Frame['brain']): string {
  if (costUsd === null) return '';
  const cost = costUsd.toFixed(4);
  const paid = (paidUsd ?? costUsd).toFixed(4);
  return cost === paid ? `cost $${cost}` : `cost $${cost} of $${paid} paid`;
}

function brainPieces(frame: Frame, look: Look): Piece[] {
  const { brain } = frame;
  const { style } = look;
  const name = brain.model === null ? brain.provider : `${brain.provider} ${brain.model}`;
  const isOut = brain.paused || brain.trouble !== null;
  const doing = brain.paused
    ? 'paused'
    : brain.trouble !== null
      ? 'out'
      : brain.inFlight
        ? 'asking'
        : 'idle';
  const doingStyle = isOut ? style.wall : brain.inFlight ? style.order : style.muted;
  const latency =
    brain.lastLatencyMs === null
      ? ''
      : `latency ${formatDuration(brain.lastLatencyMs).padStart(6)}`;
  const cost = costText(brain);
  return [
    { text: 'brain', style: style.faint, rank: 1 },
    { text: name, style: style.text, rank: 1 },
    { text: `profile ${brain.profile}`, style: style.muted, rank: 2 },
    { text: doing.padEnd(6), style: doingStyle, rank: 1 },
    { text: latency, style: style.muted, rank: 3 },
    { text: cost, style: style.muted, rank: 3 },
    {
      text: brain.tokens > 0 ? `${formatCompact(brain.tokens, 6)} tokens` : '',
      style: style.muted,
      rank: 5,
    },
  ];
}

/** The header: one line on a small screen, two on a wide one. */
export function paintHeader(state: ScreenState, look: Look, grid: Grid): void {
  const { frame } = state;
  if (frame === null) {
    const { progress } = state;
    const text =
      progress === null
        ? 'waiting for the engine'
        : `${progress.percent.toFixed(0)}% ${progress.clock}`;
    grid.text(1, 0, `fsd-tui  ${text}`, look.style.muted);
    return;
  }
  const isWide = grid.rows > 1;
  const [name, doing] = [brainPieces(frame, look)[1], brainPieces(frame, look)[3]];
  const brain =
    isWide || name === undefined || doing === undefined
      ? []
      : [
          { ...name, rank: 4 },
          { ...doing, rank: 5 },
        ];
  drawPieces(grid, 1, 0, grid.columns - 2, [...marketPieces(state, frame, look, isWide), ...brain]);
  if (isWide)
    drawPieces(grid, 1, 1, grid.columns - 2, [
      ...brainPieces(frame, look),
      ...brokerPieces(frame, look),
    ]);
}
