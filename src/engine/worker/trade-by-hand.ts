import type { Denial } from '../../domain/decision.ts';
import { NANOS_PER_UNIT, type PriceNanos, toPriceNumber } from '../../domain/price.ts';
import type { Bracket } from '../../execution/bracket.ts';
import { isDone } from '../../execution/order-tracker.ts';
import type { BracketCommand, CommandAnswer, TradingCommand } from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';

export type HandCommand = Extract<
  TradingCommand,
  { name: 'enter-bracket' | 'move-stop' | 'move-target' | 'stop-to-break-even' | 'reverse' }
>;

/** What the journal says of such a command besides its name. */
export function detailOf(command: TradingCommand): string {
  if (command.name === 'enter-bracket') {
    const at = command.price === null ? 'the touch' : toPriceNumber(command.price);
    return `${command.side} ${command.quantity} at ${at}, stop ${command.stopTicks}, target ${command.targetTicks} ticks`;
  }
  const isMove = command.name === 'move-stop' || command.name === 'move-target';
  return isMove ? `to ${toPriceNumber(command.price)}` : '';
}

/** Whether nothing is held and nothing works: only then does a new bracket begin. */
export function isIdle({ desk }: TradingEngine): boolean {
  return desk.portfolio.position === 0 && !desk.orders.hasWorking && desk.bracket === undefined;
}

/** Trades by hand. Orders go through the desk and the risk gate like a decision's; a denial is told with its figures. */
export function tradeByHand(engine: TradingEngine, command: HandCommand): CommandAnswer {
  switch (command.name) {
    case 'enter-bracket':
      return enter(engine, command);
    case 'move-stop':
      return moveExit(engine, 'stop', command.price);
    case 'move-target':
      return moveExit(engine, 'target', command.price);
    case 'stop-to-break-even':
      return breakEven(engine);
    case 'reverse':
      if (engine.desk.portfolio.position === 0) return refused('there is no position to reverse');
      engine.desk.flatten(engine.clock, 'flatten');
      return { accepted: true, text: 'reverse: closing at market first' };
  }
}

function refused(text: string): CommandAnswer {
  return { accepted: false, text };
}

function denied({ code, figures }: Denial): CommandAnswer {
  const told = Object.entries(figures).map(([name, value]) => `${name} ${value ?? 'unknown'}`);
  return refused(told.length === 0 ? code : `${code}, ${told.join(', ')}`);
}

function enter(engine: TradingEngine, command: BracketCommand): CommandAnswer {
  const { desk, risk, clock } = engine;
  const { side, quantity, stopTicks, targetTicks, timeoutSecs } = command;
  if (!isIdle(engine)) return refused('one bracket at a time: an order or position is open');
  const { tickNanos } = engine.options.instrument;
  const { bid, ask } = engine.touch();
  const asked = command.price ?? (side === 'buy' ? ask : bid);
  if (asked === null)
    return refused(`there is no ${side === 'buy' ? 'ask to buy' : 'bid to sell'} at`);
  const sign = side === 'buy' ? 1 : -1;
  const limitPrice = Math.round(asked / tickNanos) * tickNanos;
  const stopPrice = limitPrice - sign * stopTicks * tickNanos;
  const targetPrice = limitPrice + sign * targetTicks * tickNanos;
  const isWhole = [quantity, stopTicks, targetTicks].every((n) => Number.isInteger(n) && n > 0);
  if (!isWhole || !(timeoutSecs > 0) || !(Math.min(stopPrice, targetPrice) > 0))
    return refused('size, stop and target have to be whole and positive, and prices above 0');
  const request = { side, limitPrice, stopPrice, targetPrice, quantity, timeoutSecs };
  const done = risk.byHand(() => desk.enterBracket(request, clock));
  if ('denial' in done) return denied(done.denial);
  const [at, stop, target] = [limitPrice, stopPrice, targetPrice].map(toPriceNumber);
  return { accepted: true, text: `${side} ${quantity} @ ${at} stop ${stop} target ${target}` };
}

/** The bracket with this order of it still working, or why there is none to move. */
function movable(
  { desk }: TradingEngine,
  role: 'stop' | 'target',
): { bracket: Bracket; id: string } | CommandAnswer {
  const { bracket } = desk;
  const id = role === 'stop' ? bracket?.stopId : bracket?.targetId;
  const order = id === undefined ? undefined : desk.orders.find(id);
  if (bracket === undefined || id === undefined || order === undefined || isDone(order))
    return refused(`there is no ${role} to move`);
  return { bracket, id };
}

/** The price that a stop or target must stay clear of: what the position could be closed at; before a fill the entry's. */
function referenceOf(engine: TradingEngine, bracket: Bracket): PriceNanos | null {
  if (engine.desk.portfolio.position !== 0) return engine.closingPrice();
  return engine.desk.orders.find(bracket.entryId)?.price ?? null;
}

/** Moves an exit to where it does not act at once: a stop behind what the position could be closed at, a target before it. */
function moveExit(
  engine: TradingEngine,
  role: 'stop' | 'target',
  price: PriceNanos,
): CommandAnswer {
  const found = movable(engine, role);
  if (!('bracket' in found)) return found;
  const { bracket, id } = found;
  const reference = referenceOf(engine, bracket);
  if (!(price > 0)) return refused('a price is needed');
  const isStop = role === 'stop';
  const clearance = (price - (reference ?? Number.NaN)) * bracket.sign * (isStop ? -1 : 1);
  if (clearance <= 0) {
    const acts = isStop ? 'trigger' : 'fill';
    return refused(`a ${role} at ${toPriceNumber(price)} would ${acts} at once`);
  }
  const change = isStop ? { id, stopPrice: price } : { id, price };
  const denial = engine.desk.change(change, engine.clock);
  return denial === undefined
    ? { accepted: true, text: `${role} to ${toPriceNumber(price)}` }
    : denied(denial);
}

/** The stop to the average entry, on the grid at its better side. */
function breakEven(engine: TradingEngine): CommandAnswer {
  const { position, averageEntry } = engine.desk.portfolio;
  if (position === 0 || averageEntry === null) return refused('there is no position');
  const { tickNanos } = engine.options.instrument;
  const ticks = (averageEntry * NANOS_PER_UNIT) / tickNanos;
  // an average on the grid stays there, whatever the division makes of it
  const nearest = Math.round(ticks);
  const isOnGrid = Math.abs(ticks - nearest) < 1e-4;
  const tick = isOnGrid ? nearest : position > 0 ? Math.ceil(ticks) : Math.floor(ticks);
  return moveExit(engine, 'stop', tick * tickNanos);
}
