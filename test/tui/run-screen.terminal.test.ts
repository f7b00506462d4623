import { afterEach, describe, expect, test } from 'vitest';
import { TerminalProgram } from '../support/terminal.ts';

const PROGRAM = 'test/support/screen-program.ts';
const open: TerminalProgram[] = [];

function start(
  args: readonly string[],
  size = { columns: 160, rows: 45 },
  environment: Record<string, string> = {},
): TerminalProgram {
  const program = new TerminalProgram([PROGRAM, ...args], size, {
    NODE_ENV: 'production',
    ...environment,
  });
  open.push(program);
  return program;
}

function isUp(text: string): boolean {
  return ['ladder', 'tape', 'PRICE'].every((word) => text.includes(word));
}

afterEach(() => {
  for (const program of open.splice(0)) program.kill('SIGKILL');
});

describe('in a terminal', { timeout: 20_000 }, () => {
  test('all panes are seen, keys act, sizes change, and q gives the terminal back', async () => {
    const program = start(['flat']);
    const text = await program.until((t) => isUp(t) && t.includes('session open'));
    for (const word of [
      'cumulative delta',
      'market state',
      'account',
      'orders',
      'brain',
      'decision log',
      'BACKTEST',
    ]) {
      expect(text).toContain(word);
    }
    expect({ alternate: program.isAlternate, cursor: program.isCursorShown }).toEqual({
      alternate: true,
      cursor: false,
    });
    program.press('ppK');
    await program.until((t) => t.includes('HALTED'));
    program.press('?');
    await program.until((t) => t.includes('keys in ladder'));
    program.press('\u001B');
    await program.until((t) => !t.includes('keys in ladder'));
    program.press('\u001B[C');
    await program.until((t) => t.includes('step done'));
    program.resize(80, 24);
    await program.until((t) => isUp(t) && t.includes('loss left'));
    program.resize(60, 20);
    await program.until((t) => t.includes('this terminal is 60 x 20'));
    program.resize(120, 35);
    await program.until((t) => isUp(t) && t.includes('decision log'));
    program.press('q');
    expect(await program.exited).toMatchObject({ exitCode: 0 });
    expect(await program.text()).toContain(
      'left: quit; asked: pause-brain resume-brain kill pause-replay step',
    );
    expect({ alternate: program.isAlternate, cursor: program.isCursorShown }).toEqual({
      alternate: false,
      cursor: true,
    });
  });

  test('in a position Ctrl+C asks, and the second one leaves', async () => {
    const program = start(['long'], { columns: 80, rows: 24 });
    await program.until(isUp);
    program.press('\u0003');
    await program.until((t) => t.includes('Nothing stays anywhere'));
    program.press('\u0003');
    expect(await program.exited).toMatchObject({ exitCode: 0 });
    expect(await program.text()).toContain('left: quit');
  });

  test('the report stands at the end, and q leaves it', async () => {
    const program = start(['flat', '10'], { columns: 120, rows: 35 });
    await program.until((t) => t.includes('profit factor'));
    program.press('q');
    expect(await program.exited).toMatchObject({ exitCode: 0 });
    expect(await program.text()).toContain('left: ended');
  });

  test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s gives the terminal back and ends the program by it',
    async (signal) => {
      const program = start(['flat'], { columns: 80, rows: 24 });
      await program.until(isUp);
      program.kill(signal);
      const numbers = { SIGTERM: 15, SIGINT: 2, SIGHUP: 1 };
      expect(await program.exited).toMatchObject({ signal: numbers[signal] });
      await program.text();
      expect({ alternate: program.isAlternate, cursor: program.isCursorShown }).toEqual({
        alternate: false,
        cursor: true,
      });
    },
  );

  test('an error nobody caught is read on the normal screen, and the program ends with 1', async () => {
    const program = start(['flat', 'crash'], { columns: 100, rows: 30 });
    expect(await program.exited).toMatchObject({ exitCode: 1 });
    expect(await program.text()).toContain('Error: the screen fell over');
    expect({ alternate: program.isAlternate, cursor: program.isCursorShown }).toEqual({
      alternate: false,
      cursor: true,
    });
  });

  test('a terminal that stops reading stops neither the keyboard nor leaving', async () => {
    const program = start(['flat', '', '5']);
    await program.until(isUp);
    program.stall(true);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    program.press('Kq');
    await new Promise((resolve) => setTimeout(resolve, 700));
    program.stall(false);
    expect(await program.exited).toMatchObject({ exitCode: 0 });
    expect(await program.text()).toContain('asked: kill');
    expect(program.isAlternate).toBe(false);
  });

  test('NO_COLOR is obeyed, and ASCII is ASCII', async () => {
    const program = start(['long'], { columns: 160, rows: 45 }, { NO_COLOR: '1', FSD_ASCII: '1' });
    await program.until(isUp);
    program.press('?');
    await program.until((t) => t.includes('keys in ladder'));
    expect(Array.from(program.written).filter((sign) => sign > '~')).toEqual([]);
    const codes =
      program.written.match(/\[[\d;]*m/g)?.flatMap((sgr) => sgr.slice(1, -1).split(';')) ?? [];
    expect([...new Set(codes)].filter((code) => Number(code) > 9)).toEqual([]);
  });
});
