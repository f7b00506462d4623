/**
 * The codes of TWS and IB Gateway, in the project's words.
 *
 * @see https://interactivebrokers.github.io/tws-api/message_codes.html read 2026-11-21
 */

/** What a message is about, where its id does not tell. */
export type MessageKind =
  /** The gateway has lost the broker, or has it back. */
  | 'link-lost'
  | 'link-back'
  /** The same, and every subscription has to be made anew. */
  | 'link-back-data-lost'
  | 'farm-lost'
  | 'farm-back'
  | 'farm-idle'
  /** Another program holds our client id; the gateway closes. */
  | 'client-id-in-use'
  /** We send too fast. */
  | 'pacing'
  /** An order that lives on, with something to be told of it. */
  | 'warning'
  /** A cancel was done. */
  | 'canceled'
  /** A cancel or a change found no order, or one in the wrong state. */
  | 'not-found'
  | 'too-late'
  /** An order, or a change of one, is refused. */
  | 'refused';

const WORDS = new Map<number, readonly [MessageKind, string]>([
  [100, ['pacing', 'more than 50 messages a second']],
  [103, ['refused', 'its broker id was used before']],
  [104, ['too-late', 'it is filled and cannot be changed']],
  [105, ['refused', 'the change is not of the same order']],
  [110, ['refused', 'the price is off the tick grid']],
  [135, ['not-found', 'the broker does not find the order']],
  [161, ['too-late', 'it cannot be canceled in its state']],
  [200, ['refused', 'the contract is not known, or not the only one']],
  [201, ['refused', 'refused by the broker']],
  [202, ['canceled', 'canceled']],
  [203, ['refused', 'the instrument may not be traded by this account']],
  [326, ['client-id-in-use', 'the client id is in use']],
  [329, ['refused', 'its type cannot be changed']],
  [399, ['warning', 'the broker says of the order']],
  [404, ['warning', 'held while shares to borrow are located']],
  [434, ['refused', 'its quantity is zero']],
  [435, ['refused', 'the account is missing']],
  [1100, ['link-lost', 'the gateway has lost its connection to the broker']],
  [1101, ['link-back-data-lost', 'the gateway is connected again, market data are lost']],
  [1102, ['link-back', 'the gateway is connected again']],
  [1300, ['link-lost', 'the gateway has moved to another port']],
  [2103, ['farm-lost', 'a market data farm is disconnected']],
  [2104, ['farm-back', 'a market data farm is connected']],
  [2105, ['farm-lost', 'a historical data farm is disconnected']],
  [2106, ['farm-back', 'a historical data farm is connected']],
  [2107, ['farm-idle', 'a historical data farm is idle']],
  [2108, ['farm-idle', 'a market data farm is idle']],
  [2110, ['link-lost', 'the gateway has lost its connection to the broker']],
  [2157, ['farm-lost', 'a farm of security definitions is disconnected']],
  [2158, ['farm-back', 'a farm of security definitions is connected']],
  [10147, ['not-found', 'the broker does not find the order']],
  [10148, ['too-late', 'it cannot be canceled in its state']],
]);

export interface BrokerMessage {
  readonly kind: MessageKind;
  /** Our words, the broker's code and its own words: `refused by the broker (201: Order rejected - reason: …)`. */
  readonly words: string;
}

/** What TWS says beside an error is a warning: all of 2100 to 2999, and what says so itself. */
export function readMessage(code: number, text: string): BrokerMessage {
  const isWarning = (code >= 2100 && code < 3000) || text.includes('Warning:');
  const [kind, words] = WORDS.get(code) ?? [
    isWarning ? 'warning' : 'refused',
    isWarning ? 'the broker says' : 'refused by the broker',
  ];
  return { kind, words: `${words} (${code}: ${maskAccounts(text.trim())})` };
}

/** An account as it may be shown: its last two digits. */
export function maskAccount(account: string): string {
  return `…${account.slice(-2)}`;
}

/** Account numbers of the broker (a letter or two, and six to eight digits) stand in its messages. */
export function maskAccounts(text: string): string {
  return text.replace(/\b[A-Z]{1,3}\d{5,9}\b/g, maskAccount);
}
