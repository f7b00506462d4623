/**
 * Messages of the TWS API as bytes, for who passes them on and writes some in between.
 *
 * @see https://interactivebrokers.github.io/tws-api/connection.html read 2026-11-24; layouts as @stoqey/ib 1.6.10 writes them
 */

const LENGTH_BYTES = 4;
const PREAMBLE = Buffer.from('API\0');
/** What announces a longer message is none of the protocol. */
const LONGEST_FRAME = 0xff_ffff;
const UNSET_INTEGER = 2_147_483_647;

const PLACE_ORDER = '3';
const CANCEL_ORDER = '4';

/** Server versions at which the message that cancels has other fields. */
const WITH_CANCEL_TIME = 169;
const WITH_RFQ_FIELDS = 187;
const WITHOUT_RFQ_FIELDS = 190;
const WITH_OPERATOR = 192;
/** From here on the message of an order has no version, and an execution's neither. */
export const LEAST_SERVER_VERSION = 145;

/** Cuts what comes over a connection into whole messages, however the bytes arrive. */
export class FrameCutter {
  readonly #onFrame: (frame: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  /** @param onFrame Told each message with its length before it; a client's first word counts as one. */
  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws {RangeError} If this is not the protocol. */
  push(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const isHello = this.#rest.subarray(0, LENGTH_BYTES).equals(PREAMBLE);
      const start = isHello ? PREAMBLE.length : 0;
      if (this.#rest.length < start + LENGTH_BYTES) return;
      const length = this.#rest.readUInt32BE(start);
      if (length > LONGEST_FRAME) throw new RangeError(`a message of ${length} bytes is none`);
      const end = start + LENGTH_BYTES + length;
      if (this.#rest.length < end) return;
      const frame = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
      this.#onFrame(frame);
    }
  }
}

/** The fields of a message, its id first; none of a client's first word. */
export function fieldsOf(frame: Buffer): readonly string[] {
  if (frame.subarray(0, LENGTH_BYTES).equals(PREAMBLE)) return [];
  return frame.subarray(LENGTH_BYTES).toString().split('\0').slice(0, -1);
}

function frameOf(fields: readonly (string | number)[]): Buffer {
  const body = Buffer.from(`${fields.join('\0')}\0`);
  const head = Buffer.alloc(LENGTH_BYTES);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** The message by which the client that placed an order cancels it. */
export function cancelFrame(orderId: number, serverVersion: number): Buffer {
  const fields: (string | number)[] = [CANCEL_ORDER];
  if (serverVersion < WITH_OPERATOR) fields.push(1);
  fields.push(orderId);
  if (serverVersion >= WITH_CANCEL_TIME) fields.push('');
  if (serverVersion >= WITH_RFQ_FIELDS && serverVersion < WITHOUT_RFQ_FIELDS)
    fields.push('', '', UNSET_INTEGER);
  if (serverVersion >= WITH_OPERATOR) fields.push('', UNSET_INTEGER);
  return frameOf(fields);
}

/** The message by which the gateway refuses an order. */
export function refusalFrame(orderId: number, text: string): Buffer {
  return frameOf([4, 2, orderId, 201, text, '']);
}

/** What a client's message asks for, as far as orders are concerned. */
export type OrderMessage =
  | {
      readonly type: 'place';
      readonly orderId: number;
      readonly side: 'buy' | 'sell';
      readonly quantity: number;
      readonly orderRef: string;
    }
  | { readonly type: 'cancel'; readonly orderId: number };

/** Reads a client's message that is about an order; `undefined` for every other one. */
export function readOrderMessage(
  fields: readonly string[],
  serverVersion: number,
): OrderMessage | undefined {
  if (fields[0] === PLACE_ORDER)
    return {
      type: 'place',
      orderId: Number(fields[1]),
      side: fields[16] === 'BUY' ? 'buy' : 'sell',
      quantity: Number(fields[17]),
      orderRef: fields[26] ?? '',
    };
  if (fields[0] === CANCEL_ORDER)
    return { type: 'cancel', orderId: Number(fields[serverVersion < WITH_OPERATOR ? 2 : 1]) };
  return undefined;
}

/** What the gateway tells of orders. */
export type OrderTelling =
  | { readonly type: 'ready' }
  | {
      readonly type: 'status';
      readonly orderId: number;
      readonly status: string;
      readonly filled: number;
    }
  | { readonly type: 'message'; readonly id: number; readonly code: number; readonly text: string }
  | {
      readonly type: 'execution';
      readonly executionId: string;
      readonly clientId: number;
      readonly orderRef: string;
      readonly account: string;
      readonly symbol: string;
      readonly securityType: string;
      readonly side: 'buy' | 'sell';
      readonly quantity: number;
      readonly price: number;
    };

/** Reads a gateway's message that tells of an order; `undefined` for every other one. */
export function readOrderTelling(fields: readonly string[]): OrderTelling | undefined {
  const [id = ''] = fields;
  switch (id) {
    case '9':
      return { type: 'ready' };
    case '3': {
      const [, orderId, status = '', filled] = fields;
      return { type: 'status', orderId: Number(orderId), status, filled: Number(filled) };
    }
    case '4': {
      const [, , id, code, text = ''] = fields;
      return { type: 'message', id: Number(id), code: Number(code), text };
    }
    case '11':
      return {
        type: 'execution',
        symbol: fields[4] ?? '',
        securityType: fields[5] ?? '',
        executionId: fields[14] ?? '',
        account: fields[16] ?? '',
        side: fields[18] === 'BOT' ? 'buy' : 'sell',
        quantity: Number(fields[19]),
        price: Number(fields[20]),
        clientId: Number(fields[22]),
        orderRef: fields[26] ?? '',
      };
    default:
      return undefined;
  }
}
