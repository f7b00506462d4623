import { Box, Text, useInput } from 'ink';
import { memo, type ReactNode, useInsertionEffect, useSyncExternalStore } from 'react';
import { toCarrier } from './canvas/carrier.ts';
import { Grid, type Rect } from './canvas/grid.ts';
import { keysOf } from './keymap/key-names.ts';
import type { Keymap } from './keymap/keymap.ts';
import { paintPosition } from './panes/account.ts';
import { paintDialog, paintTooSmall } from './panes/dialogs.ts';
import { paintLogLine } from './panes/log.ts';
import { paintStatus } from './panes/status.ts';
import { paintBorder, paintCold } from './screen.ts';
import { type Dialog, dialogOf } from './store/dialog.ts';
import { currentLayout } from './store/selectors.ts';
import { PANES, type PaneId, type ScreenState } from './store/state.ts';
import type { Store } from './store/store.ts';
import type { Look } from './theme/themes.ts';

/** Cells at a place. Equal text is not laid out again. */
const Cells = memo(function Cells({ rect, cells }: { rect: Rect; cells: string }): ReactNode {
  return (
    <Box
      position="absolute"
      marginLeft={rect.x}
      marginTop={rect.y}
      width={rect.width}
      height={rect.height}
    >
      <Text wrap="truncate">{cells}</Text>
    </Box>
  );
});

function painted(rect: Rect, paint: (grid: Grid) => void): string {
  const grid = new Grid(rect.width, rect.height);
  paint(grid);
  return toCarrier(grid);
}

interface Props {
  readonly state: ScreenState;
  readonly look: Look;
  readonly keymap: Keymap;
}

function TooSmall({ state, look, keymap }: Props): ReactNode {
  const rect = { x: 0, y: 0, width: state.size.columns, height: state.size.rows };
  const cells = painted(rect, (grid) => paintTooSmall(state, look, keymap, grid));
  return <Cells rect={rect} cells={cells} />;
}

function DialogBox({ dialog, state, look }: Props & { dialog: Dialog }): ReactNode {
  const cells = painted(dialog.rect, (grid) => paintDialog(dialog, state.ui.scroll, look, grid));
  return <Cells rect={dialog.rect} cells={cells} />;
}

function Pane({
  pane,
  rect,
  state,
  look,
}: {
  pane: PaneId;
  rect: Rect;
  state: ScreenState;
  look: Look;
}): ReactNode {
  const content = paintCold(pane, rect, state, look);
  const border = paintBorder(pane, rect, state, look);
  const pieces = content === null ? border : [...border, content];
  return pieces.map(({ name, rect: place, grid }) => (
    <Cells key={name} rect={place} cells={toCarrier(grid, true)} />
  ));
}

/** What Ink draws: the panes' borders, the cold panes, the lines at the bottom, and what lies over them. */
function Screen({ state, look, keymap }: Props): ReactNode {
  const layout = currentLayout(state);
  if (layout === null) return <TooSmall state={state} look={look} keymap={keymap} />;
  const dialog = dialogOf(state, keymap);
  const { position, logLine, status } = layout;
  return (
    <>
      {PANES.map((pane) => {
        const rect = layout.panes[pane];
        if (rect === undefined) return null;
        return <Pane key={pane} pane={pane} rect={rect} state={state} look={look} />;
      })}
      {position !== null && (
        <Cells
          rect={position}
          cells={painted(position, (grid) => paintPosition(state, look, grid))}
        />
      )}
      {logLine !== null && (
        <Cells rect={logLine} cells={painted(logLine, (grid) => paintLogLine(state, look, grid))} />
      )}
      <Cells
        rect={status}
        cells={painted(status, (grid) => paintStatus(state, look, keymap, grid))}
      />
      {dialog !== null && <DialogBox dialog={dialog} state={state} look={look} keymap={keymap} />}
    </>
  );
}

/** The root. `shown` is the state as Ink draws it: it lags behind the store, at Ink's slower rate. */
export function App({
  shown,
  look,
  keymap,
  onKeys,
  onCommit,
}: {
  shown: Store;
  look: Look;
  keymap: Keymap;
  onKeys: (keys: readonly string[]) => void;
  /** After each layout, with the size it was made for. */
  onCommit: (columns: number, rows: number) => void;
}): ReactNode {
  const state = useSyncExternalStore(
    (listener) => shown.subscribe(listener),
    () => shown.state,
  );
  const { columns, rows } = state.size;
  useInput((input, key) => onKeys(keysOf(input, key)));
  // before Ink draws this commit, which it does ahead of layout effects
  useInsertionEffect(() => onCommit(columns, rows), [columns, rows, onCommit]);
  return (
    <Box width={columns} height={rows}>
      <Screen state={state} look={look} keymap={keymap} />
    </Box>
  );
}
