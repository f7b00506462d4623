import type { DecisionRecord } from '../../domain/decision.ts';
import { formatPrice } from '../../domain/price.ts';
import type { Notice } from '../../engine/protocol.ts';
import { formatInteger, formatMoney } from '../format.ts';
import type { LogEntry, ScreenState } from './state.ts';

/** Entries kept; the oldest go first. */
export const LOG_LIMIT = 5_000;

type Draft = Omit<LogEntry, 'number'>;

function field(source: unknown, name: string): unknown {
  return typeof source === 'object' && source !== null && name in source
    ? (source as Record<string, unknown>)[name]
    : undefined;
}

/** The prices, size or new price of a decision's call, in one line. */
export function callText(decision: DecisionRecord): string {
  const call = decision.answer;
  if (call === null) return decision.tool;
  const values: string[] = [];
  for (const [name, label] of [
    ['size', ''],
    ['limit_price', '@ '],
    ['stop_loss', 'stop '],
    ['profit_target', 'target '],
    ['new_price', 'to '],
  ] as const) {
    const value = field(call.arguments, name);
    if (typeof value === 'number') {
      values.push(`${label}${name === 'size' ? formatInteger(value) : value.toFixed(2)}`);
    }
  }
  return [call.tool, ...values].join(' ');
}

/** The reasoning that came with a decision, or an empty text. */
export function reasoningOf(decision: DecisionRecord): string {
  const reasoning = field(decision.answer?.arguments, 'reasoning');
  return typeof reasoning === 'string' ? reasoning : '';
}

/** The figures behind a refusal: `stop 0.35, limit 0.30`. */
export function figuresText(figures: DecisionRecord['figures']): string {
  if (figures === null) return '';
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value ?? 'unknown'}`)
    .join(', ');
}

function decisionDraft(notice: Extract<Notice, { type: 'decision-made' }>): Draft {
  const { decision, clock } = notice;
  const figures = figuresText(decision.figures);
  const refusal =
    decision.code === null ? '' : ` refused: ${decision.code}${figures && ` (${figures})`}`;
  const reasoning = reasoningOf(decision);
  return {
    clock,
    kind: 'decision',
    level: decision.code === null ? 'normal' : 'warning',
    text: `${callText(decision)}${refusal}${reasoning && ` | ${reasoning}`}`,
    source: notice,
  };
}

function draftOf(notice: Notice): Draft {
  const { clock } = notice;
  switch (notice.type) {
    case 'decision-made':
      return decisionDraft(notice);
    case 'order-filled': {
      const { fill, role } = notice;
      const verb = fill.side === 'buy' ? 'bought' : 'sold';
      const text = `${role} ${verb} ${formatInteger(fill.quantity)} @ ${formatPrice(fill.price, 2)} ${fill.liquidity}`;
      return { clock, kind: 'fill', level: 'good', text, source: notice };
    }
    case 'order-event': {
      const isBad = /reject|denied|unknown/i.test(notice.what);
      const text = `${notice.orderId} ${notice.what}${notice.detail && ` ${notice.detail}`}`;
      return { clock, kind: 'order', level: isBad ? 'warning' : 'normal', text, source: notice };
    }
    case 'trade-closed': {
      const { trade } = notice;
      const text = `${trade.side} ${formatInteger(trade.quantity)} ${trade.entryPrice} to ${trade.exitPrice} net ${formatMoney(trade.netPl)} by ${trade.exitReason}`;
      return {
        clock,
        kind: 'trade',
        level: trade.netPl < 0 ? 'warning' : 'good',
        text,
        source: notice,
      };
    }
    case 'alarm': {
      const level = notice.level === 'info' ? 'normal' : notice.level;
      return { clock, kind: 'alarm', level, text: notice.text, source: notice };
    }
  }
}

function appended(state: ScreenState, drafts: readonly Draft[]): ScreenState {
  const entries = drafts.map((draft, i) => ({ ...draft, number: state.logged + 1 + i }));
  const log = [...state.log, ...entries];
  return {
    ...state,
    // the oldest go in blocks, so that a full log is not copied twice for every line
    log: log.length > LOG_LIMIT + 500 ? log.slice(log.length - LOG_LIMIT) : log,
    logged: state.logged + entries.length,
  };
}

/** Takes a notice into the log. Notices that were missed before it are told as one line. */
export function logNotice(state: ScreenState, notice: Notice): ScreenState {
  const missed = notice.sequence - state.noticed - 1;
  const drafts = [draftOf(notice)];
  if (missed > 0) {
    const text = `${formatInteger(missed)} notices of the engine did not arrive here; the journal has them`;
    drafts.unshift({ clock: notice.clock, kind: 'alarm', level: 'critical', text, source: null });
  }
  return { ...appended(state, drafts), noticed: Math.max(state.noticed, notice.sequence) };
}

/** A line of the screen's own: what was asked by a key, and what the answer was. */
export function logCommand(
  state: ScreenState,
  clock: string,
  text: string,
  level: LogEntry['level'],
): ScreenState {
  return appended(state, [{ clock, kind: 'command', level, text, source: null }]);
}

/**
 * The entries that the filter lets through: every word of it stands in the entry's kind, clock or text. `kind:fill` asks for
 * the kind alone, and a word behind a minus must not be there.
 */
export function filteredLog(log: readonly LogEntry[], filter: string): readonly LogEntry[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return log;
  return log.filter((entry) => {
    const haystack = `${entry.kind} ${entry.clock} ${entry.text}`.toLowerCase();
    return words.every((word) => {
      if (word.startsWith('kind:')) return entry.kind.startsWith(word.slice(5));
      if (word.length > 1 && word.startsWith('-')) return !haystack.includes(word.slice(1));
      return haystack.includes(word);
    });
  });
}
