/** A level of one side: price in 1e-9, size, and orders where the file tells them. */
export interface DepthLevel {
  readonly price: number;
  readonly size: number;
  readonly orders: number | undefined;
}

/** The best levels of both sides after an event, as a vendor's depth file has them. Empty levels are left out. */
export interface DepthRow {
  /** From 1. */
  readonly row: number;
  readonly sequence: number;
  /** Levels a side that the file shows at most. */
  readonly depth: number;
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
}
