/** A decision from question to outcome, as far as the engine's notices have told it. */
import type { DecisionRecord } from '../../domain/decision.ts';
import { wrapText } from '../draw.ts';
import { formatDuration, formatInteger, formatMoney, formatWords } from '../format.ts';
import { figuresText } from './log.ts';
import type { LogEntry } from './state.ts';

type Noticed<Type extends NonNullable<LogEntry['source']>['type']> = Extract<
  NonNullable<LogEntry['source']>,
  { type: Type }
>;

/** A heading, and its lines a little to the right. */
function section(heading: string, lines: readonly string[], width: number): string[] {
  if (lines.length === 0) return [];
  return [heading, ...lines.flatMap((line) => wrapText(`  ${line}`, width)), ''];
}

function questionLines({ conditions, provider, model, ts }: DecisionRecord): string[] {
  const who = model === null ? provider : `${provider} ${model}`;
  const sides = (['long', 'short'] as const).flatMap((side) => {
    const counts = Object.entries(conditions?.[side] ?? {});
    if (counts.length === 0) return [];
    const held = counts.filter(([, count]) => count > 0).length;
    const names = counts.map(
      ([name, count]) => `${formatWords(name)} ${count > 0 ? `held ${count}` : 'no'}`,
    );
    return [`${side} ${held} of ${counts.length}: ${names.join(', ')}`];
  });
  return [`to ${who}, by the state of ${ts}`, ...sides];
}

function answerLines({ answer, latencyMs, attempts, tokens, costUsd }: DecisionRecord): string[] {
  const facts = [
    latencyMs === null ? '' : formatDuration(latencyMs),
    attempts > 1 ? `${attempts} attempts` : '',
    tokens === null
      ? ''
      : `${formatInteger(tokens.input)} tokens in, ${formatInteger(tokens.output)} out`,
    costUsd === null ? '' : `$${costUsd.toFixed(4)}`,
  ].filter((text) => text !== '');
  const told = facts.length === 0 ? [] : [facts.join(', ')];
  if (answer === null) return [...told, 'no call'];
  const { arguments: values } = answer;
  const fields =
    typeof values === 'object' && values !== null
      ? Object.entries(values).map(
          ([name, value]) =>
            `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
        )
      : [String(values)];
  return [...told, answer.tool, ...fields];
}

function verdictLines({ code, figures, tool, effectTs }: DecisionRecord): string[] {
  const when = effectTs === null ? '' : ` at ${effectTs}`;
  if (code === null) return [tool === 'wait' ? 'nothing to do' : `took effect as ${tool}${when}`];
  const why = figuresText(figures);
  return [`refused: ${code}${why === '' ? '' : ` (${why})`}${when}`];
}

/** What became of the decision's orders, in the order told, and of the position that they made. */
function outcomeLines({ orders }: DecisionRecord, later: readonly LogEntry[]): string[] {
  const ids = new Set(orders.map(({ id }) => id));
  const lines: string[] = [];
  let hasFilled = false;
  for (const { source, clock, text } of later) {
    if (source?.type === 'order-event' && ids.has(source.orderId)) lines.push(`${clock} ${text}`);
    if (source?.type === 'order-filled' && ids.has(source.fill.orderId)) {
      lines.push(`${clock} ${text}`);
      hasFilled = true;
    }
    if (source?.type === 'trade-closed' && hasFilled) {
      const { netPl, mae, mfe, exitReason } = source.trade;
      const worst = `at worst ${formatMoney(mae)}, at best ${formatMoney(mfe)}`;
      lines.push(`${clock} closed by ${exitReason}: net ${formatMoney(netPl)}, ${worst}`);
      return lines;
    }
  }
  return lines;
}

/** The whole of a decision as lines of at most `width`; `log` is all that was logged. */
export function decisionLines(
  entry: LogEntry,
  { decision }: Noticed<'decision-made'>,
  log: readonly LogEntry[],
  width: number,
): string[] {
  const later = log.filter(({ number }) => number > entry.number);
  const sent = decision.orders.map(({ id, role }) => `${role.toLowerCase()} ${id}`);
  const { promptSha256, requestSha256, answerSha256 } = decision;
  const hashes = Object.entries({ promptSha256, requestSha256, answerSha256 }).flatMap(
    ([name, hash]) => (hash === null || hash === '' ? [] : [`${name}: ${hash}`]),
  );
  return [
    `${entry.clock}  decision ${decision.id}`,
    '',
    ...section('QUESTION', questionLines(decision), width),
    ...section('ANSWER', answerLines(decision), width),
    ...section('VERDICT', verdictLines(decision), width),
    ...section('ORDERS', sent, width),
    ...section('OUTCOME', outcomeLines(decision, later), width),
    ...section('RECORD', [`run ${decision.run}`, ...hashes], width),
  ];
}
