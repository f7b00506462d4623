import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { toCarrier } from '../../../src/tui/canvas/carrier.ts';
import { Grid } from '../../../src/tui/canvas/grid.ts';
import { ScreenWriter } from '../../../src/tui/canvas/screen-writer.ts';
import { StyleTable } from '../../../src/tui/canvas/styles.ts';
import { FakeOutput } from '../../support/fake-output.ts';
import { screenLines } from '../../support/terminal.ts';

const ENTER = '\u001B[?1049h';

function filled(columns: number, rows: number, sign: string): Grid {
  const grid = new Grid(columns, rows);
  for (let y = 0; y < rows; y++) grid.text(0, y, sign.repeat(columns));
  return grid;
}

/** A writer whose screen of 6 × 3 has a ground of dots. */
function opened(): { output: FakeOutput; writer: ScreenWriter; ground: (sign: string) => void } {
  const output = new FakeOutput(6, 3);
  const writer = new ScreenWriter(output.stream, new StyleTable(), 'none', false);
  const ground = (sign: string) => {
    writer.laidOut(output.columns, output.rows);
    writer.write(
      `\u001B[2K\u001B[1A\u001B[G${toCarrier(filled(output.columns, output.rows, sign))}`,
    );
  };
  writer.write(ENTER);
  ground('.');
  return { output, writer, ground };
}

async function settled(output: FakeOutput): Promise<string[]> {
  await output.drawn();
  await turn();
  await output.drawn();
  return screenLines(output.terminal);
}

test('layers lie over the frame, and dialogs keep their place free of them', async () => {
  const { output, writer } = opened();
  writer.setLayers(
    [{ x: 1, y: 0, grid: filled(4, 3, 'x') }],
    [{ x: 2, y: 1, width: 2, height: 1 }],
  );
  writer.paint();
  expect(await settled(output)).toEqual(['.xxxx.', '.x..x.', '.xxxx.']);
});

test('the bell rings once with the next frame, and alone where nothing changes', async () => {
  const { output, writer } = opened();
  await settled(output);
  const before = output.written.length;
  writer.ring();
  writer.ring();
  writer.ring();
  await settled(output);
  const rung = output.written.slice(before);
  // one that was under way, and one for all that came meanwhile
  expect(rung).toEqual(['\u0007', '\u0007']);
  writer.setLayers([{ x: 0, y: 0, grid: filled(2, 1, 'x') }], []);
  writer.ring();
  await settled(output);
  expect(output.written.at(-1)?.startsWith('\u0007\u001B[?2026h')).toBe(true);
});

test('each picture is one synchronized write', async () => {
  const { output, writer } = opened();
  writer.setLayers([{ x: 0, y: 0, grid: filled(2, 1, 'x') }], []);
  writer.paint();
  await settled(output);
  expect(
    output.written
      .slice(1)
      .map((text) => [text.startsWith('\u001B[?2026h'), text.endsWith('\u001B[?2026l')]),
  ).toEqual([
    [true, true],
    [true, true],
  ]);
});

test('a terminal that takes nothing is sent nothing more, and then the newest picture alone', async () => {
  const { output, writer } = opened();
  await settled(output);
  output.isStalled = true;
  const before = output.written.length;
  for (const sign of 'abcdefgh') {
    writer.setLayers([{ x: 0, y: 0, grid: filled(6, 3, sign) }], []);
    writer.paint();
    await output.drawn();
  }
  expect({ writes: output.written.length - before, waiting: output.waiting }).toEqual({
    writes: 1,
    waiting: 1,
  });
  output.go();
  expect({ lines: await settled(output), writes: output.written.length - before }).toEqual({
    lines: ['hhhhhh', 'hhhhhh', 'hhhhhh'],
    writes: 2,
  });
});

test('after a change of size nothing is shown before a frame of the new size', async () => {
  const { output, writer, ground } = opened();
  await settled(output);
  const before = output.written.length;
  output.resize(4, 2);
  writer.write(toCarrier(filled(6, 3, '!')));
  writer.paint();
  expect(output.written.length).toBe(before);
  ground('o');
  expect(await settled(output)).toEqual(['oooo', 'oooo']);
});

test('back at the size of the last frame it is shown again without a new one', async () => {
  const { output, writer } = opened();
  await settled(output);
  output.resize(9, 5);
  output.resize(6, 3);
  // terminals may lose what they showed when their size changes
  output.terminal.write('\u001B[2J');
  writer.paint();
  expect(await settled(output)).toEqual(['......', '......', '......']);
});

test('the terminal is left once, with its cursor, and nothing is painted afterwards', async () => {
  const { output, writer } = opened();
  await settled(output);
  writer.leave();
  writer.write('\u001B[?1049l');
  writer.leave();
  writer.paint();
  await settled(output);
  expect(output.written.filter((text) => text.includes('\u001B[?1049l'))).toEqual([
    '\u001B[?2026l\u001B[0m\u001B[?1049l\u001B[?25h',
  ]);
  expect(output.terminal.buffer.active.type).toBe('normal');
});

test('a mode waits for the end of the frame that the terminal has taken a part of', async () => {
  const { output, writer, ground } = opened();
  await settled(output);
  output.isStalled = true;
  ground('x');
  await output.drawn();
  const before = output.written.length;
  writer.write('\u001B[?25l');
  expect(output.written.length).toBe(before);
  output.go();
  await settled(output);
  expect(output.written.slice(before)).toEqual(['\u001B[?25l']);
});

test('a terminal that was made smaller and as large again at once is shown everything again', async () => {
  const { output, writer } = opened();
  await settled(output);
  output.terminal.resize(3, 1);
  output.terminal.resize(6, 3);
  expect(screenLines(output.terminal)).not.toEqual(['......', '......', '......']);
  writer.repaint();
  expect(await settled(output)).toEqual(['......', '......', '......']);
});
