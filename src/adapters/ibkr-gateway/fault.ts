import { z } from 'zod';

const count = z.int().positive().optional();
const delay = z.number().nonnegative().optional();
const code = z.int().optional();
const text = z.string().optional();
const client = z.int().nonnegative();

/** Faults that decide about requests still to come, or how things are told. */
const LASTING = [
  /** The next orders are refused: with 201 by default. */
  z.strictObject({ type: z.literal('refuse-orders'), code, text, count }),
  /** The next orders become Inactive: taken, and never worked. */
  z.strictObject({ type: z.literal('inactive-orders'), text, count }),
  /** The next orders vanish without a word. */
  z.strictObject({ type: z.literal('swallow-orders'), count }),
  /** The next orders come with a warning, 399, and live. */
  z.strictObject({ type: z.literal('warn-orders'), text, count }),
  /** The next cancels are refused: with 161 by default. */
  z.strictObject({ type: z.literal('refuse-cancels'), code, text, count }),
  z.strictObject({ type: z.literal('swallow-cancels'), count }),
  /**
   * How orders' states are told from now on: late by so long, twice, a state's two messages in the other order, or not at all.
   * Executions go out at once, so with a delay they come before their acknowledgement.
   */
  z.strictObject({
    type: z.literal('states'),
    how: z.enum(['plain', 'twice', 'reversed', 'never']),
    delayMs: delay,
  }),
  /** How executions are told from now on, and how long after them their commissions. */
  z.strictObject({
    type: z.literal('executions'),
    how: z.enum(['plain', 'twice', 'never']),
    delayMs: delay,
    commissionDelayMs: delay,
  }),
  /** A client id counts as in use: who comes with it is told 326 and sent away. */
  z.strictObject({ type: z.literal('client-id-in-use'), clientId: client, isOn: z.boolean() }),
  z.strictObject({ type: z.literal('read-only'), isOn: z.boolean() }),
  /** Data are refused from now on, as without a subscription to them: with 354 by default. */
  z.strictObject({
    type: z.literal('refuse-data'),
    what: z.enum(['quotes', 'depth', 'trades']),
    code,
    text,
  }),
] as const;

/** Faults that happen at once. */
const SUDDEN = [
  /** Connections break off, of one client or of all. Orders work on. */
  z.strictObject({ type: z.literal('drop'), clientId: client.optional() }),
  /** Everybody is thrown out, and nobody let in for so long: the nightly restart. Orders and ids are kept. */
  z.strictObject({ type: z.literal('restart'), downMs: z.number().nonnegative() }),
  /** Connections stay, and new ones are taken, but nothing is read or said until `resume`, which makes up for it. */
  z.strictObject({ type: z.literal('stall'), clientId: client.optional() }),
  z.strictObject({ type: z.literal('resume') }),
  /** A message to everybody: 1100 to 1102, 2103 to 2108; about nothing in particular unless an id is given. */
  z.strictObject({ type: z.literal('message'), code: z.int(), text, id: z.int().optional() }),
  /** The broker's own line is lost: 1100; orders are refused and data stop. */
  z.strictObject({ type: z.literal('line-lost') }),
  /** It is back: 1102, or 1101 where every subscription is lost. */
  z.strictObject({ type: z.literal('line-back'), keepsData: z.boolean() }),
  /** The broker cancels every open order on its own. */
  z.strictObject({ type: z.literal('cancel-orders'), text }),
  /** The last execution is corrected: a new price, in dollars. */
  z.strictObject({ type: z.literal('correct-execution'), price: z.number().positive() }),
  /** Books are told to be reset, 317, and come anew. */
  z.strictObject({ type: z.literal('reset-depth') }),
  /** All is ordinary again; what was stalled goes on. */
  z.strictObject({ type: z.literal('clear') }),
] as const;

/**
 * What can be made to go wrong, as plain data: the control line carries it as JSON. `count`: how many requests it takes in, 1 by default;
 * `delayMs`: real time.
 */
export const faultSchema = z.discriminatedUnion('type', [...LASTING, ...SUDDEN]);

export type Fault = z.infer<typeof faultSchema>;
export type LastingFault = z.infer<(typeof LASTING)[number]>;

/** What the broker says with a code, where nothing else is asked for. */
export const CODE_TEXTS: ReadonlyMap<number, string> = new Map([
  [161, 'Cancel attempted when order is not in a cancellable state. Order permId ='],
  [201, 'Order rejected - reason:We are unable to accept your order.'],
  [354, 'Requested market data is not subscribed.'],
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
