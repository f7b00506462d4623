/**
 * What can be made to go wrong, as plain data: the control line carries it as JSON, one a line. `count`: how many requests it takes in,
 * 1 by default. `clientId`: of whom; of every client by default.
 */
export type Fault =
  /** Connections break off at once. Orders work on. */
  | { readonly type: 'drop'; readonly clientId?: number }
  /** Everybody is thrown out, and nobody let in for so long: the nightly restart. Orders and ids are kept. */
  | { readonly type: 'restart'; readonly downMs: number }
  /** Connections stay, and new ones are accepted, but nothing is read or said until `resume`. What was sent meanwhile is read then. */
  | { readonly type: 'stall'; readonly clientId?: number }
  | { readonly type: 'resume' }
  /** A message about nothing in particular: 1100, 1101, 1102, 2103 to 2108; or about a request or order. */
  | {
      readonly type: 'message';
      readonly code: number;
      readonly text?: string;
      readonly id?: number;
    }
  /** The broker's own line is lost (1100): orders are refused, data stop. Back with 1102, or 1101 where subscriptions are lost. */
  | { readonly type: 'line-lost' }
  | { readonly type: 'line-back'; readonly keepsData: boolean }
  /** The next orders are refused: 201 by default. */
  | {
      readonly type: 'refuse-orders';
      readonly code?: number;
      readonly text?: string;
      readonly count?: number;
    }
  /** The next orders become Inactive: taken, and never worked. */
  | { readonly type: 'inactive-orders'; readonly text?: string; readonly count?: number }
  /** The next orders vanish without a word. */
  | { readonly type: 'swallow-orders'; readonly count?: number }
  /** The next orders come with a warning (399) and live. */
  | { readonly type: 'warn-orders'; readonly text?: string; readonly count?: number }
  /** The next cancels are refused: 161 by default. */
  | {
      readonly type: 'refuse-cancels';
      readonly code?: number;
      readonly text?: string;
      readonly count?: number;
    }
  | { readonly type: 'swallow-cancels'; readonly count?: number }
  /** The broker cancels every open order on its own. */
  | { readonly type: 'cancel-orders'; readonly text?: string }
  /**
   * How orders' states are told from now on: late by so long, twice, the two messages of a state in the other order, or not at all.
   * Executions go out at once, so with a delay they come before their acknowledgement.
   */
  | {
      readonly type: 'states';
      readonly how: 'plain' | 'twice' | 'reversed' | 'never';
      readonly delayMs?: number;
    }
  /** How executions are told from now on: a delay and repetitions of executions, and a delay of their commissions. */
  | {
      readonly type: 'executions';
      readonly how: 'plain' | 'twice' | 'never';
      readonly delayMs?: number;
      readonly commissionDelayMs?: number;
    }
  /** The last execution is corrected: a new price, in dollars. */
  | { readonly type: 'correct-execution'; readonly price: number }
  /** A client id counts as in use: who comes with it is told 326 and sent away. */
  | { readonly type: 'client-id-in-use'; readonly clientId: number; readonly isOn: boolean }
  | { readonly type: 'read-only'; readonly isOn: boolean }
  /** Books are told to be reset (317) and come anew. */
  | { readonly type: 'reset-depth' }
  /** All ordinary state again: no fault is left. */
  | { readonly type: 'clear' };

/** Faults that decide about requests still to come, or how things are told. */
export type LastingFault = Extract<
  Fault,
  {
    type:
      | 'refuse-orders'
      | 'inactive-orders'
      | 'swallow-orders'
      | 'warn-orders'
      | 'refuse-cancels'
      | 'swallow-cancels'
      | 'states'
      | 'executions'
      | 'client-id-in-use'
      | 'read-only';
  }
>;

/** What the broker says with a code, where nothing else is asked for. */
export const CODE_TEXTS: ReadonlyMap<number, string> = new Map([
  [161, 'Cancel attempted when order is not in a cancellable state. Order permId ='],
  [201, 'Order rejected - reason:We are unable to accept your order.'],
  [
    399,
    'Order Message:\nWarning: your order will not be placed at the exchange until the market opens',
  ],
  [1100, 'Connectivity between IBKR and Trader Workstation has been lost.'],
  [1101, 'Connectivity between IBKR and Trader Workstation has been restored - data lost.'],
  [1102, 'Connectivity between IBKR and Trader Workstation has been restored - data maintained.'],
  [1300, 'TWS socket port has been reset and this connection is being dropped.'],
  [2103, 'Market data farm connection is broken:usfarm'],
  [2104, 'Market data farm connection is OK:usfarm'],
  [2105, 'HMDS data farm connection is broken:ushmds'],
  [2106, 'HMDS data farm connection is OK:ushmds'],
  [2107, 'HMDS data farm connection is inactive but should be available upon demand.ushmds'],
  [2108, 'Market data farm connection is inactive but should be available upon demand.usfarm'],
  [
    2110,
    'Connectivity between Trader Workstation and server is broken. It will be restored automatically.',
  ],
  [2158, 'Sec-def data farm connection is OK:secdefil'],
]);
