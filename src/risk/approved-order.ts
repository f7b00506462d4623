import type { OrderChange, OrderRequest } from '../domain/order.ts';

/**
 * The gate's seal. The class exists for the compiler alone and is not exported; as its member is private, no literal, no
 * copy by spread and no other class has it: only a cast can give it, and the one place that casts is the gate.
 */
declare class Approval {
  private readonly approvedBy: 'risk gate';
}

/** An order request that passed the risk gate. Only this room can make one. */
export type ApprovedOrder = OrderRequest & Approval;

/** A change of a working order that passed the risk gate. */
export type ApprovedChange = OrderChange & Approval;
