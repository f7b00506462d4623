import { NANOS_PER_UNIT, nanosOnGrid, type PriceNanos } from '../../domain/price.ts';
import { type ContractQuery, readContract } from './contract.ts';
import { FieldReader } from './field-reader.ts';
import { ORDER_TYPES, type OrderTerms, type OrderTypeName } from './gateway-order.ts';

/** What a client asks for with placeOrder. */
export interface Placement {
  readonly orderId: number;
  readonly contract: ContractQuery;
  readonly terms: OrderTerms;
  readonly isTransmitted: boolean;
  readonly isWhatIf: boolean;
}

/** Why a client's order cannot be read as one, in the broker's code and words. */
export interface PlacementProblem {
  readonly orderId: number;
  readonly code: number;
  readonly text: string;
}

/** Places in the message, by the encoder at server version 193; 0 is the message's id. */
const AT_ACTION = 16;
const AT_DISPLAY_SIZE = 31;
const AT_OCA_TYPE = 46;
const AT_TRAIL_STOP = 68;
const AT_WHAT_IF = 84;

/** Reads a placeOrder of a plain order: no legs, no conditions, no algorithm. */
export function readPlacement(
  fields: readonly string[],
  tickNanos: number,
): Placement | PlacementProblem {
  const head = new FieldReader(fields, 1);
  const orderId = head.integer() ?? 0;
  const contract = readContract(head);
  const body = new FieldReader(fields, AT_ACTION);
  const action = body.text();
  const quantity = body.number() ?? 0;
  const typeText = body.text();
  const limit = body.number();
  const aux = body.number();
  const tif = body.text();
  const ocaGroup = body.text();
  const account = body.text();
  // openClose, origin
  body.skip(2);
  const orderRef = body.text();
  const isTransmitted = body.flag();
  const parentId = body.integer() ?? 0;
  const trigger = new FieldReader(fields, AT_DISPLAY_SIZE);
  // displaySize, triggerMethod
  trigger.skip(2);
  const outsideRth = trigger.flag();
  const ocaType = new FieldReader(fields, AT_OCA_TYPE).integer() ?? 0;
  const trail = new FieldReader(fields, AT_TRAIL_STOP);
  const trailStop = trail.number();
  const trailPercent = trail.number();
  const isWhatIf = new FieldReader(fields, AT_WHAT_IF).flag();

  const refuse = (code: number, text: string): PlacementProblem => ({ orderId, code, text });
  if (!isOrderType(typeText) || trailPercent !== undefined)
    return refuse(387, 'Unsupported order type for this exchange and security type.');
  if (action !== 'BUY' && action !== 'SELL')
    return refuse(321, `Error validating request.-'bE' : cause - Invalid action: ${action}`);
  if (!Number.isInteger(quantity) || quantity < 0)
    return refuse(10_243, 'Fractional-sized order cannot be placed via API.');
  if (quantity === 0) return refuse(434, 'The order size cannot be zero.');
  if (!['', 'DAY', 'GTC', 'IOC', 'FOK'].includes(tif))
    return refuse(201, `Order rejected - reason:Invalid time in force: ${tif}`);

  const isLimit = typeText === 'LMT' || typeText === 'STP LMT';
  const isStop = typeText === 'STP' || typeText === 'STP LMT' || typeText === 'MIT';
  const isTrail = typeText === 'TRAIL';
  if ((isLimit && limit === undefined) || ((isStop || isTrail) && aux === undefined))
    return refuse(
      321,
      "Error validating request.-'bE' : cause - The price of the order is missing.",
    );
  const prices = [
    isLimit ? limit : undefined,
    isStop ? aux : undefined,
    isTrail ? trailStop : undefined,
  ];
  if (prices.some((price) => price !== undefined && nanosOnGrid(price, tickNanos) === undefined))
    return refuse(
      110,
      'The price does not conform to the minimum price variation for this contract.',
    );
  const nanos = (price: number | undefined): PriceNanos | undefined =>
    price === undefined ? undefined : nanosOnGrid(price, tickNanos);
  return {
    orderId,
    contract,
    isTransmitted,
    isWhatIf,
    terms: {
      side: action === 'BUY' ? 'buy' : 'sell',
      type: typeText,
      quantity,
      limitPrice: isLimit ? nanos(limit) : undefined,
      stopPrice: isStop ? nanos(aux) : isTrail ? nanos(trailStop) : undefined,
      trailAmount: isTrail && aux !== undefined ? Math.round(aux * NANOS_PER_UNIT) : undefined,
      tif: tif === '' ? 'DAY' : tif,
      ocaGroup,
      ocaType,
      parentId,
      orderRef,
      outsideRth,
      account,
    },
  };
}

function isOrderType(text: string): text is OrderTypeName {
  return text in ORDER_TYPES;
}
