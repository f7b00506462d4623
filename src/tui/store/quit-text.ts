import type { Frame } from '../../engine/protocol.ts';
import { decimalsOf, formatDollars, formatInteger, formatMoney } from '../format.ts';
import { type Keymap, keyOf } from '../keymap/keymap.ts';

function exposureLines(frame: Frame): string[] {
  const { account, orders } = frame;
  const decimals = decimalsOf(frame.tickNanos);
  const lines: string[] = [];
  if (account.POSITION !== 0) {
    const side = account.POSITION > 0 ? 'long' : 'short';
    const average =
      account.AVG_ENTRY === null ? '' : ` @ ${formatDollars(account.AVG_ENTRY, decimals)}`;
    lines.push(
      `Position: ${side} ${formatInteger(Math.abs(account.POSITION))} ${frame.symbol}${average}, open result ${formatMoney(account.UNREALIZED_PL)}`,
    );
  }
  for (const order of orders) {
    const price = order.price === null ? 'market' : formatDollars(order.price, decimals);
    const rest = formatInteger(order.size - order.filled);
    lines.push(`Order: ${order.role.toLowerCase()} ${order.side.toLowerCase()} ${rest} @ ${price}`);
  }
  return lines;
}

/** What the question before quitting says: what is open, and what becomes of it. */
export function quitLines(frame: Frame, keymap: Keymap): readonly string[] {
  const lines = exposureLines(frame);
  const fate =
    frame.mode === 'live' || frame.mode === 'paper'
      ? [
          'All of it stays at the broker: protective orders keep working there,',
          `nothing is cancelled or closed. ${keyOf(keymap, 'flatten')} flattens now, ${keyOf(keymap, 'cancel-entries')} cancels entries.`,
        ]
      : [
          'Nothing stays anywhere: the run ends here, and the report counts',
          'the position as it stands.',
        ];
  return [...lines, '', ...fate];
}
