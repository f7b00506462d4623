import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GatewaySession, type SessionListener } from '../../../src/adapters/ibkr/session.ts';
import { type ScriptedLine, scriptedLines } from './scripted-line.ts';

const ACCOUNT = 'DU7654321';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function rig(allowedAccounts = [ACCOUNT]) {
  const { open, lines } = scriptedLines();
  const told: string[] = [];
  const nothing = (): void => undefined;
  const listener: SessionListener = {
    onUsable: (id, isAnew, words) => told.push(`usable ${id}${isAnew ? ' anew' : ''}: ${words}`),
    onUnusable: (words, isCut) => told.push(`${isCut ? 'cut' : 'unusable'}: ${words}`),
    onMessage: (id, code) => told.push(`message ${id} ${code}`),
    onWords: (words) => told.push(words),
    onOpenOrder: nothing,
    onOpenOrdersEnd: nothing,
    onOrderStatus: nothing,
    onExecution: () => told.push('execution'),
    onExecutionsEnd: nothing,
    onCommission: nothing,
    onPosition: nothing,
    onPositionsEnd: nothing,
    onAccountValue: nothing,
  };
  const session = new GatewaySession({ openLine: open, allowedAccounts }, listener);
  session.start();
  return { session, lines, told, line: lines[0] as ScriptedLine };
}

describe('a session with the gateway', () => {
  test('is ready with the next order id, not with the connection', () => {
    const { session, line, told } = rig();
    expect(session.isUsable).toBe(false);
    expect(session.line).toBeUndefined();
    line.listener.onReady(41, ['DU1111111', ACCOUNT]);
    expect(session.isUsable).toBe(true);
    expect(session.account).toBe(ACCOUNT);
    expect(told).toEqual(['usable 41 anew: connected to the gateway']);
  });

  test('an account that is not on the list is refused for good, and shown by its last two digits', () => {
    const { session, line, lines, told } = rig(['U1234567']);
    line.listener.onReady(1, ['DU1111122']);
    expect(session.state).toBe('refused');
    expect(line.isClosed).toBe(true);
    expect(told.join()).toContain('…22');
    expect(told.join()).not.toContain('1111122');
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(1);
  });

  test('a gateway that accepts and never answers is noticed within two seconds', async () => {
    const { session, line, told } = rig();
    line.listener.onReady(1, [ACCOUNT]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(session.isUsable).toBe(true);
    line.answersTime = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(session.isUsable).toBe(false);
    expect(told.at(-1)).toBe('cut: the gateway does not answer');
  });

  test('a lost connection is opened again as another one, later and later, but within five seconds', () => {
    const { line, lines } = rig();
    line.listener.onReady(1, [ACCOUNT]);
    line.listener.onClosed();
    const waits: number[] = [];
    for (let tries = 1; tries <= 8; tries++) {
      const before = performance.now();
      while (lines.length === tries) vi.advanceTimersByTime(10);
      waits.push(performance.now() - before);
      lines.at(-1)?.listener.onClosed();
    }
    expect(waits[0]).toBeLessThanOrEqual(300);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(Math.max(...waits)).toBeLessThan(5_000);
    expect(Math.max(...waits)).toBeGreaterThan(3_000);
    expect(new Set(lines).size).toBe(lines.length);
  });

  test('what an earlier connection still tells is not heard', () => {
    const { line, lines, told } = rig();
    line.listener.onReady(1, [ACCOUNT]);
    line.listener.onClosed();
    vi.advanceTimersByTime(1_000);
    lines[1]?.listener.onReady(5, [ACCOUNT]);
    const before = told.length;
    line.listener.onClosed();
    line.listener.onReady(9, [ACCOUNT]);
    line.listener.onMessage(-1, 1100, 'lost');
    expect(told.slice(before)).toEqual([]);
  });

  test('a client id in use is tried again, with the words of it', () => {
    const { line, lines, told } = rig();
    line.listener.onMessage(-1, 326, 'Unable to connect as the client id is already in use.');
    line.listener.onClosed();
    expect(told.at(-1)).toMatch(/the client id is in use \(326/);
    vi.advanceTimersByTime(4_100);
    expect(lines).toHaveLength(2);
  });

  test('a gateway without the broker is not usable, though the connection stays', () => {
    const { session, line, lines, told } = rig();
    line.listener.onReady(7, [ACCOUNT]);
    line.listener.onMessage(-1, 1100, 'Connectivity has been lost.');
    expect(session.line).toBeUndefined();
    expect(told.at(-1)).toMatch(/^unusable: .*\(1100: /);
    line.listener.onMessage(-1, 1102, 'Connectivity has been restored.');
    expect(session.isUsable).toBe(true);
    expect(told.at(-1)).toMatch(/^usable 7: .*\(1102: /);
    expect(lines).toHaveLength(1);
  });

  test('farms are kept apart by their names, and stop nothing', () => {
    const { session, line } = rig();
    line.listener.onReady(7, [ACCOUNT]);
    line.listener.onMessage(-1, 2103, 'Market data farm connection is broken:usfarm');
    line.listener.onMessage(-1, 2106, 'HMDS data farm connection is OK:ushmds');
    expect(session.farms.get('usfarm')?.isUp).toBe(false);
    expect(session.farms.get('ushmds')?.isUp).toBe(true);
    expect(session.isUsable).toBe(true);
  });

  test('account numbers in the broker’s own words are masked', () => {
    const { line, told } = rig();
    line.listener.onReady(7, [ACCOUNT]);
    line.listener.onMessage(-1, 321, 'Invalid account code DU7654321 for U1234567');
    expect(told.at(-1)).toContain('…21 for …67');
    expect(told.join()).not.toContain('7654321');
  });
});
