import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runScreen, type ViewMessage } from '../../src/tui/run-screen.tsx';
import { onMessage } from '../../src/tui/store/messages.ts';
import { initialState, type ScreenState } from '../../src/tui/store/state.ts';
import { createLook } from '../../src/tui/theme/themes.ts';
import {
  FAKE_REPORT,
  FakeEngine,
  type FrameWish,
  fakeFrame,
  fakeNotices,
  fakeResult,
} from '../support/fake-engine.ts';
import { FakeInput } from '../support/fake-input.ts';
import { FakeOutput } from '../support/fake-output.ts';
import { composed, pressed } from '../support/screen-state.ts';
import { screenLines } from '../support/terminal.ts';

const look = createLook('dark', false);

interface Session {
  readonly engine: FakeEngine;
  readonly input: FakeInput;
  readonly output: FakeOutput;
  readonly views: ViewMessage[];
  readonly saved: readonly { name: string; files: Readonly<Record<string, string>> }[];
  readonly ended: Promise<'quit' | 'ended'>;
  readonly abort: AbortController;
  /** Waits until the screen is these lines, and fails with the difference where it never is. */
  readonly shows: (lines: readonly string[]) => Promise<void>;
  readonly until: (check: (text: string) => boolean) => Promise<string>;
}

const open: Session[] = [];

function start(columns: number, rows: number, wish: FrameWish = {}): Session {
  const engine = new FakeEngine({ ...wish });
  const [input, output] = [new FakeInput(), new FakeOutput(columns, rows)];
  const views: ViewMessage[] = [];
  const saved: { name: string; files: Readonly<Record<string, string>> }[] = [];
  const abort = new AbortController();
  const ended = runScreen({
    messages: engine.messages,
    send: engine.send,
    setView: (view) => views.push(view),
    saveScreen: async (name, files) => {
      saved.push({ name, files });
      return `${name}.txt`;
    },
    terminal: { stdin: input.stream, stdout: output.stream },
    options: { theme: 'dark', ascii: false, color: 'truecolor' },
    reportLines: () => [...FAKE_REPORT],
    signal: abort.signal,
  });
  const until = async (check: (text: string) => boolean) => {
    for (let i = 0; i < 300; i++) {
      await output.drawn();
      const text = screenLines(output.terminal).join('\n');
      if (check(text)) return text;
      await pause(10);
    }
    throw new Error(`not seen; the screen was:\n${screenLines(output.terminal).join('\n')}`);
  };
  const shows = async (lines: readonly string[]) => {
    const wanted = lines.join('\n');
    await until((text) => text === wanted).catch(() => undefined);
    expect(screenLines(output.terminal)).toEqual(lines);
  };
  const session = { engine, input, output, views, saved, ended, abort, shows, until };
  open.push(session);
  return session;
}

afterEach(async () => {
  for (const { abort, ended } of open.splice(0)) {
    abort.abort();
    await ended;
  }
});

/** The state that the engine's messages lead to, at a size. */
function expected(columns: number, rows: number, step: number, wish: FrameWish = {}): ScreenState {
  const messages = [...fakeNotices(), fakeFrame(step, wish)];
  const empty = initialState({ columns, rows }, Date.now());
  return messages.reduce((state, message) => onMessage(state, message, Date.now()), empty);
}

describe('the screen', () => {
  test('shows what the panes paint, hot and cold', async () => {
    const { engine, shows } = start(160, 45, { situation: 'long' });
    for (const notice of fakeNotices()) engine.emit(notice);
    engine.tick();
    await shows(composed(expected(160, 45, 0, { situation: 'long' }), look).toLines());
  });

  test('rings for a fill once the bell is on, and not before', async () => {
    const { engine, input, output, until } = start(100, 30);
    const bells = () => output.written.filter((text) => text.includes('\u0007')).length;
    const fill = () => {
      for (const notice of fakeNotices()) if (notice.type === 'order-filled') engine.emit(notice);
    };
    engine.tick();
    fill();
    await until((text) => text.includes('ladder'));
    expect(bells()).toBe(0);
    input.press(':bell\r');
    await until((text) => text.includes('the bell rings'));
    fill();
    await until(() => bells() > 0);
    expect(bells()).toBe(1);
  });

  test('copies the pane with the keyboard as text', async () => {
    const { engine, input, output, until } = start(100, 30);
    engine.tick();
    await until((text) => text.includes('250.'));
    input.press('y');
    await until((text) => text.includes('lines of the ladder, where the terminal allows it'));
    const [, coded = ''] = /\]52;c;([A-Za-z0-9+/=]+)/.exec(output.written.join('')) ?? [];
    const lines = Buffer.from(coded, 'base64').toString('utf8').split('\n');
    expect(lines[0]).toMatch(/^LEVEL +MINE .*PRICE/);
    expect(lines.filter((line) => / 250\.\d\d/.test(line)).length).toBeGreaterThan(10);
  });

  test('a trade of a finished run that nobody can open says so', async () => {
    const { engine, input, until } = start(100, 30);
    engine.tick();
    engine.emit({ type: 'run-ended', result: fakeResult() });
    await until((text) => text.includes('9 report'));
    input.press('\r');
    await until((text) => text.includes('plays the run again'));
    input.press('\r');
    await until((text) =>
      text.includes('the trade does not open: there is no market to go back to'),
    );
  });

  test('is whole again after every change of size in a storm of them', async () => {
    const { engine, output, shows } = start(100, 30);
    for (const notice of fakeNotices()) engine.emit(notice);
    engine.tick();
    let seed = 42;
    const draw = (low: number, high: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return low + ((seed >>> 8) % (high - low));
    };
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 8; i++) {
        output.resize(draw(40, 260), draw(12, 90));
        if (i % 3 === 0) await pause(draw(0, 20));
      }
      const { columns, rows } = output;
      await shows(composed(expected(columns, rows, 0), look).toLines());
    }
  }, 60_000);

  test('comes back whole at a size it had before', async () => {
    const { engine, output, shows } = start(120, 35);
    for (const notice of fakeNotices()) engine.emit(notice);
    engine.tick();
    const at = (columns: number, rows: number) =>
      composed(expected(columns, rows, 0), look).toLines();
    await shows(at(120, 35));
    output.resize(90, 25);
    output.terminal.write('\u001B[2J');
    output.resize(120, 35);
    await shows(at(120, 35));
    output.resize(150, 40);
    await shows(at(150, 40));
    output.resize(120, 35);
    await shows(at(120, 35));
  });

  test('a dialog lies over hot panes while they go on, and leaves no trace', async () => {
    const { engine, input, until, shows } = start(120, 35);
    for (const notice of fakeNotices()) engine.emit(notice);
    engine.tick();
    await until((text) => text.includes('PRICE'));
    input.press('?');
    await until((text) => text.includes('keys in ladder'));
    for (let i = 0; i < 5; i++) engine.tick();
    const state = expected(120, 35, 5);
    await shows(composed(pressed(state, '?'), look).toLines());
    input.press('\u001B');
    await shows(composed(state, look).toLines());
  });

  test('keys that arrive in one piece are handled one by one', async () => {
    const { engine, input, until } = start(120, 35);
    engine.tick();
    await until((text) => text.includes('PRICE'));
    input.press('ppK');
    await pause(20);
    expect(engine.received).toEqual([
      { name: 'pause-brain' },
      { name: 'resume-brain' },
      { name: 'kill' },
    ]);
  });

  test('Escape and a panic key in one piece are both keys, even while text is typed', async () => {
    const { engine, input, until } = start(120, 35);
    engine.tick();
    await until((text) => text.includes('PRICE'));
    input.press('/');
    await until((text) => text.includes('filter _'));
    input.press('\u001Bx');
    await until((text) => !text.includes('filter _'));
    expect(engine.received).toEqual([{ name: 'flatten' }]);
  });

  test('the engine is told how much of the ladder is seen, and where it is held', async () => {
    const { engine, input, output, views, until } = start(160, 45);
    engine.tick();
    await until((text) => text.includes('PRICE'));
    input.press('c');
    await until((text) => text.includes('held'));
    output.resize(80, 24);
    await until((text) => text.includes('loss left'));
    const last = Math.round((fakeFrame(0).state.LAST ?? 0) * 100) * 10_000_000;
    expect(views).toEqual([
      { type: 'view', ladderRows: 27, ladderCenter: null, framesPerSecond: 30 },
      { type: 'view', ladderRows: 27, ladderCenter: last, framesPerSecond: 30 },
      { type: 'view', ladderRows: 17, ladderCenter: last, framesPerSecond: 30 },
    ]);
  });

  test('charts are asked for while they are seen, with as many bars as fit, and no longer', async () => {
    const { engine, input, views, until } = start(160, 45);
    engine.tick();
    await until((text) => text.includes('PRICE'));
    input.press('0');
    await until((text) => text.includes('0 footprint'));
    input.press('m');
    await until((text) => text.includes('footprint ─') && / delta ─╮/.test(text));
    input.press('v');
    await until((text) => text.includes('v volume profile'));
    input.press('m');
    await until((text) => text.includes('visible bars'));
    input.press('2');
    await until((text) => text.includes('2 tape'));
    const asked = views.map(({ footprint, profile }) => ({ footprint, profile }));
    expect(asked).toEqual([
      {},
      { footprint: { bars: 5, rows: 25 } },
      { footprint: { bars: 6, rows: 25 } },
      { profile: { rows: 27, range: { kind: 'session' } } },
      { profile: { rows: 27, range: { kind: 'visible', bars: 15 } } },
      {},
    ]);
  });

  test('Ctrl+S saves what is shown as text, ANSI and SVG, also over a dialog', async () => {
    const { engine, input, output, saved, until } = start(120, 35);
    engine.tick();
    await until((text) => text.includes('PRICE'));
    input.press('?');
    await until((text) => text.includes('keys in ladder'));
    await output.drawn();
    const shown = screenLines(output.terminal);
    input.press('\u0013');
    await until((text) => text.includes('screen saved: TSLA-2025-10-15-094100.txt'));
    expect(saved.map(({ name }) => name)).toEqual(['TSLA-2025-10-15-094100']);
    const { txt = '', ans = '', svg = '' } = saved[0]?.files ?? {};
    expect(txt.split('\n').slice(0, 35)).toEqual(shown.map((line) => line.trimEnd()));
    // without its sequences the ANSI form is the text
    const bare = ans.replace(new RegExp(`${'\u001B'}\\[[\\d;]*m`, 'g'), '');
    expect(bare.split('\n').map((line) => line.trimEnd())).toEqual(txt.split('\n'));
    expect(ans).toContain('\u001B[');
    expect(svg).toMatch(/^<svg .*keys|^<svg /);
  });

  test('a refusal is read in the status line', async () => {
    const { engine, input, until } = start(80, 24);
    engine.tick();
    await until((text) => text.includes('PRICE'));
    input.press('x');
    expect(await until((text) => text.includes('refused'))).toContain('! refused: no position');
  });

  test('at the end of the run the report is there, and q leaves', async () => {
    const { engine, input, ended, until, output } = start(120, 35, { situation: 'long' });
    engine.tick();
    engine.emit({ type: 'run-ended', result: fakeResult() });
    await until((text) => text.includes('profit factor') && text.includes('9 report'));
    input.press('q');
    expect(await ended).toBe('ended');
    await output.drawn();
    expect(output.terminal.buffer.active.type).toBe('normal');
    expect(input.isRaw).toBe(false);
  });

  test('while a terminal stalls keys still act, and nothing is queued for it', async () => {
    const { engine, input, output, until } = start(120, 35);
    engine.tick();
    await until((text) => text.includes('PRICE'));
    await pause(50);
    output.isStalled = true;
    const before = output.written.length;
    for (let i = 0; i < 12; i++) {
      engine.tick();
      await pause(20);
    }
    input.press('K');
    await pause(20);
    expect(engine.received).toEqual([{ name: 'kill' }]);
    expect(output.written.length - before).toBeLessThanOrEqual(1);
    output.go();
    await until((text) => text.includes('HALTED') || text.includes('halted'));
  });

  test('an AbortSignal closes it without a question', async () => {
    const { engine, abort, ended } = start(120, 35, { situation: 'long' });
    engine.tick();
    abort.abort();
    expect(await ended).toBe('quit');
  });
});

test('keys are raw before anything is drawn: one that is pressed early is not echoed into the screen', async () => {
  const raw = vi.spyOn(FakeInput.prototype, 'setRawMode');
  const write = vi.spyOn(FakeOutput.prototype, 'write');
  const { output, abort, ended } = start(80, 24);
  await output.drawn();
  const [firstRaw = Number.NaN] = raw.mock.invocationCallOrder;
  const [firstWrite = Number.NaN] = write.mock.invocationCallOrder;
  expect(firstRaw).toBeLessThan(firstWrite);
  abort.abort();
  await ended;
  expect(raw).toHaveBeenLastCalledWith(false);
});
