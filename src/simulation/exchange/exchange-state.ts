import type { ClientOrderId } from '../../domain/order.ts';
import type { VenueTruth } from '../../execution/venue.ts';
import type { ExchangeMailState, Message } from './exchange-mail.ts';
import type { LevelQueueState } from './level-queue.ts';
import { type Bracket, OwnOrder } from './own-order.ts';
import type { TakenState } from './taken-liquidity.ts';

/** Our orders wherever they stand at the exchange, or on their way there; one order may stand in several of these. */
export interface OrderPlaces {
  /** Every order that has arrived, by its id. */
  readonly known: ReadonlyMap<ClientOrderId, OwnOrder>;
  readonly brackets: ReadonlyMap<string, Bracket>;
  readonly bids: readonly OwnOrder[];
  readonly asks: readonly OwnOrder[];
  readonly armed: readonly OwnOrder[];
  readonly waiting: readonly OwnOrder[];
  readonly inbox: readonly Message[];
}

/** `OrderPlaces` as plain data: an order is its number in `orders`, a bracket its group. */
export interface OrderPlacesState {
  readonly orders: readonly (Omit<OwnOrder, 'bracket' | 'live'> & {
    readonly group: string | undefined;
  })[];
  readonly known: readonly number[];
  readonly brackets: readonly {
    readonly group: string;
    readonly entry: number | undefined;
    readonly exits: readonly number[];
    readonly open: number;
  }[];
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  readonly armed: readonly number[];
  readonly waiting: readonly number[];
  readonly inbox: readonly Message<number>[];
}

/** A copy of a simulated exchange, as `restore` takes it. */
export interface ExchangeState {
  readonly places: OrderPlacesState;
  readonly mail: ExchangeMailState;
  readonly executions: VenueTruth['executions'];
  readonly taken: readonly TakenState[];
  /** Where the feed tells levels. */
  readonly queue: LevelQueueState | undefined;
  readonly isHalted: boolean;
  readonly isOpen: boolean;
  readonly isWatching: boolean;
  readonly isPrintSideless: boolean;
  readonly printSequence: number;
  readonly unwatched: number;
  readonly lastSequence: number;
}

/** A copy of where our orders stand. */
export function copyPlaces(places: OrderPlaces): OrderPlacesState {
  const numbers = new Map<OwnOrder, number>();
  const orders: OwnOrder[] = [];
  const numberOf = (order: OwnOrder): number => {
    let number = numbers.get(order);
    if (number === undefined) {
      number = orders.push(order) - 1;
      numbers.set(order, number);
    }
    return number;
  };
  const groups = new Map([...places.brackets].map(([group, bracket]) => [bracket, group]));
  const copied = {
    known: [...places.known.values()].map(numberOf),
    brackets: [...places.brackets].map(([group, { entry, exits, open }]) => ({
      group,
      entry: entry === undefined ? undefined : numberOf(entry),
      exits: exits.map(numberOf),
      open,
    })),
    bids: places.bids.map(numberOf),
    asks: places.asks.map(numberOf),
    armed: places.armed.map(numberOf),
    waiting: places.waiting.map(numberOf),
    inbox: places.inbox.map((message) =>
      'order' in message ? { ...message, order: numberOf(message.order) } : message,
    ),
  };
  return {
    ...copied,
    orders: orders.map(({ bracket, ...order }) => ({
      ...order,
      group: bracket === undefined ? undefined : groups.get(bracket),
    })),
  };
}

/** New orders and brackets that stand as the copied ones did, each one object wherever it stands. */
export function placesOf(state: OrderPlacesState): {
  readonly known: Map<ClientOrderId, OwnOrder>;
  readonly brackets: Map<string, Bracket>;
  readonly bids: OwnOrder[];
  readonly asks: OwnOrder[];
  readonly armed: OwnOrder[];
  readonly waiting: OwnOrder[];
  readonly inbox: Message[];
} {
  const brackets = new Map<string, Bracket>();
  for (const { group, open } of state.brackets)
    brackets.set(group, { entry: undefined, exits: [], open });
  const orders = state.orders.map(({ group, ...order }) => {
    const bracket = group === undefined ? undefined : brackets.get(group);
    const { state: stage, ending, filled, arrival, ahead, commissionMicros, valueMicros } = order;
    return Object.assign(new OwnOrder(order, order.sign, bracket), {
      state: stage,
      ending,
      filled,
      arrival,
      ahead,
      commissionMicros,
      valueMicros,
    });
  });
  const orderOf = (number: number): OwnOrder => {
    const order = orders[number];
    if (order === undefined) throw new RangeError(`there is no order ${number} in the copy`);
    return order;
  };
  for (const { group, entry, exits } of state.brackets) {
    const bracket = brackets.get(group);
    if (bracket === undefined) continue;
    bracket.entry = entry === undefined ? undefined : orderOf(entry);
    bracket.exits.push(...exits.map(orderOf));
  }
  return {
    known: new Map(state.known.map(orderOf).map((order) => [order.id, order])),
    brackets,
    bids: state.bids.map(orderOf),
    asks: state.asks.map(orderOf),
    armed: state.armed.map(orderOf),
    waiting: state.waiting.map(orderOf),
    inbox: state.inbox.map((message) =>
      'order' in message ? { ...message, order: orderOf(message.order) } : message,
    ),
  };
}
