import type { Rect, Size } from '../canvas/grid.ts';
import type { PaneId } from '../store/state.ts';

export const MIN_SIZE: Size = { columns: 80, rows: 24 };

/** Where everything stands. Rectangles of panes include their borders; lines of one row have none. */
export interface Layout {
  readonly header: Rect;
  readonly panes: Readonly<Partial<Record<PaneId, Rect>>>;
  /** The position in one line, where there is no room for the account pane beside. */
  readonly position: Rect | null;
  /** The newest entry of the log, where there is no log pane. */
  readonly logLine: Rect | null;
  readonly status: Rect;
}

interface Wish {
  readonly size: Size;
  readonly zoomed: PaneId | null;
  /** A chart that takes the room beside the ladder, where it has none of its own. */
  readonly beside?: PaneId | null;
  readonly isReportShown: boolean;
}

function rect(x: number, y: number, width: number, height: number): Rect {
  return { x, y, width, height };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, Math.floor(value)));
}

/** One pane over the whole screen but the header, the position in one line and the status line. */
function single({ columns, rows }: Size, pane: PaneId): Layout {
  const header = columns >= 120 ? 2 : 1;
  return {
    header: rect(0, 0, columns, header),
    panes: { [pane]: rect(0, header, columns, rows - header - 2) },
    position: rect(0, rows - 2, columns, 1),
    logLine: null,
    status: rect(0, rows - 1, columns, 1),
  };
}

/** From 80×24: ladder and tape, and a line each for the position, the log and the status. */
function small({ columns, rows }: Size): Layout {
  const height = rows - 4;
  const tape = clamp(columns * 0.34, 28, 40);
  return {
    header: rect(0, 0, columns, 1),
    panes: {
      ladder: rect(0, 1, columns - tape, height),
      tape: rect(columns - tape, 1, tape, height),
    },
    position: rect(0, rows - 3, columns, 1),
    logLine: rect(0, rows - 2, columns, 1),
    status: rect(0, rows - 1, columns, 1),
  };
}

/** From 120×35: account, brain and CVD beside, the log below. */
function medium({ columns, rows }: Size): Layout {
  const log = clamp(rows * 0.22, 7, 16);
  const height = rows - 3 - log;
  const tape = 28;
  const side = clamp(columns * 0.28, 33, 46);
  const ladder = columns - tape - side;
  const account = 9;
  const brain = 8;
  const x = ladder + tape;
  return {
    header: rect(0, 0, columns, 2),
    panes: {
      ladder: rect(0, 2, ladder, height),
      tape: rect(ladder, 2, tape, height),
      cvd: rect(x, 2, side, height - account - brain),
      account: rect(x, 2 + height - account - brain, side, account),
      brain: rect(x, 2 + height - brain, side, brain),
      log: rect(0, 2 + height, columns, log),
    },
    position: null,
    logLine: null,
    status: rect(0, rows - 1, columns, 1),
  };
}

/** The chart beside the ladder in the middle layout: above tape and account. */
function mediumWith(size: Size, chart: PaneId): Layout {
  const { panes, ...rest } = medium(size);
  const { ladder, tape, account, log } = panes;
  if (ladder === undefined || tape === undefined || account === undefined || log === undefined)
    return { panes, ...rest };
  const width = size.columns - ladder.width;
  return {
    ...rest,
    panes: {
      ladder,
      [chart]: rect(ladder.width, tape.y, width, account.y + FREED_ROWS - tape.y),
      tape: rect(tape.x, account.y + FREED_ROWS, tape.width, account.height),
      account: { ...account, y: account.y + FREED_ROWS },
      log,
    },
  };
}

/** Rows of the brain pane in the middle layout, which goes where a chart is shown. */
const FREED_ROWS = 8;

/** The chart beside the ladder in the large layout, in the place of tape, CVD and state. */
function largeWith(size: Size, chart: PaneId): Layout {
  const { panes, ...rest } = large(size);
  const { ladder, brain, account, orders, log } = panes;
  if (ladder === undefined) return { panes, ...rest };
  const place = rect(ladder.width, ladder.y, size.columns - ladder.width, ladder.height);
  const below = { brain, account, orders, log };
  return { ...rest, panes: { ladder, [chart]: place, ...below } as Layout['panes'] };
}

/** From 210×50: the charts too, between tape and CVD. */
function huge(size: Size): Layout {
  const { columns, rows } = size;
  const { panes, ...rest } = large(size);
  const bottom = clamp(rows * 0.27, 12, 26);
  const height = rows - 3 - bottom;
  const tape = clamp(28 + (columns - 210) * 0.04, 28, 34);
  const side = clamp(44 + (columns - 210) * 0.25, 44, 80);
  const ladder = clamp(84 + (columns - 210) * 0.3, 84, 138);
  const charts = columns - ladder - tape - side;
  const state = clamp(21 + (height - 30) * 0.3, 21, 27);
  const profile = clamp(height * 0.42, 14, 34);
  const x = ladder + tape;
  return {
    ...rest,
    panes: {
      ...panes,
      ladder: rect(0, 2, ladder, height),
      tape: rect(ladder, 2, tape, height),
      footprint: rect(x, 2, charts, height - profile),
      profile: rect(x, 2 + height - profile, charts, profile),
      cvd: rect(x + charts, 2, side, height - state),
      state: rect(x + charts, 2 + height - state, side, state),
    },
  };
}

/** Whether a chart can stand beside the ladder, and whether it needs to: there is none of its own place. */
export function hasRoomBeside({ columns, rows }: Size): boolean {
  return columns >= 120 && rows >= 35 && !isHuge({ columns, rows });
}

function isHuge({ columns, rows }: Size): boolean {
  return columns >= 210 && rows >= 50;
}

/** From 160×45: everything but the charts, which stand beside the ladder when called. More rows go to depth and history, more columns to the ladder's columns and the log. */
function large({ columns, rows }: Size): Layout {
  const bottom = clamp(rows * 0.27, 12, 26);
  const height = rows - 3 - bottom;
  const tape = clamp(28 + (columns - 160) * 0.08, 28, 34);
  const side = clamp(44 + (columns - 160) * 0.4, 44, 110);
  const ladder = columns - tape - side;
  const state = clamp(21 + (height - 30) * 0.3, 21, 27);
  const y = 2 + height;
  const account = clamp(columns * 0.2, 32, 44);
  const orders = clamp(columns * 0.215, 34, 56);
  const brain = clamp(columns * 0.255, 40, 90);
  const log = columns - account - orders - brain;
  return {
    header: rect(0, 0, columns, 2),
    panes: {
      ladder: rect(0, 2, ladder, height),
      tape: rect(ladder, 2, tape, height),
      cvd: rect(ladder + tape, 2, side, height - state),
      state: rect(ladder + tape, y - state, side, state),
      brain: rect(0, y, brain, bottom),
      account: rect(brain, y, account, bottom),
      orders: rect(brain + account, y, orders, bottom),
      log: rect(account + orders + brain, y, log, bottom),
    },
    position: null,
    logLine: null,
    status: rect(0, rows - 1, columns, 1),
  };
}

/** The layout of a screen, or `null` where it is too small. A pane that is not shown at this size can be zoomed. */
export function layoutOf({ size, zoomed, beside = null, isReportShown }: Wish): Layout | null {
  const { columns, rows } = size;
  if (columns < MIN_SIZE.columns || rows < MIN_SIZE.rows) return null;
  if (zoomed !== null) return single(size, zoomed);
  if (isReportShown) return single(size, 'report');
  if (isHuge(size)) return huge(size);
  if (columns >= 160 && rows >= 45) return beside === null ? large(size) : largeWith(size, beside);
  if (columns >= 120 && rows >= 35)
    return beside === null ? medium(size) : mediumWith(size, beside);
  return small(size);
}

/** The inside of a pane: its rectangle without the border. */
export function inside(outer: Rect): Rect {
  return rect(
    outer.x + 1,
    outer.y + 1,
    Math.max(0, outer.width - 2),
    Math.max(0, outer.height - 2),
  );
}

/** A box of the wanted size in the middle of the screen, as large as fits. */
export function centered({ columns, rows }: Size, width: number, height: number): Rect {
  const w = Math.min(width, columns - 2);
  const h = Math.min(height, rows - 2);
  return rect((columns - w) >> 1, (rows - h) >> 1, w, h);
}
