/**
 * node bin/with-node.mjs test/support/take-picture.ts OUT.svg [COLUMNSxROWS] [SITUATION] [THEME] [KEY…]
 *
 * Writes the screen as it is with the fake engine's market to a picture, after pressing the keys.
 */
import { writeFileSync } from 'node:fs';
import { toSvg } from '../../src/tui/canvas/picture.ts';
import { onMessage } from '../../src/tui/store/messages.ts';
import { createLook, PAPER, THEME_NAMES, type ThemeName } from '../../src/tui/theme/themes.ts';
import { FAKE_REPORT, fakeFrame, fakeResult, type Situation } from './fake-engine.ts';
import { composed, morning, pressed } from './screen-state.ts';

const [out = 'screen.svg', size = '160x45', situation = 'long', theme = 'dark', ...keys] =
  process.argv.slice(2);
const [columns = 160, rows = 45] = size.split('x').map(Number);
const name: ThemeName = THEME_NAMES.find((known) => known === theme) ?? 'dark';
const look = createLook(name, false);
const isReport = situation === 'report';
const wish = { situation: (isReport ? 'flat' : situation) as Situation };
let state = onMessage(morning({ columns, rows }, wish, 30), fakeFrame(31, wish), 1_000_033);
if (isReport) {
  state = onMessage(state, { type: 'run-ended', result: fakeResult() }, 1_000_050);
  state = { ...state, reportLines: FAKE_REPORT };
}
const colors = PAPER[name];
writeFileSync(out, toSvg(composed(pressed(state, ...keys), look), look.table, colors));
