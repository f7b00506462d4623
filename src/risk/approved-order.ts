import type { OrderChange, OrderRequest } from '../domain/order.ts';

declare const approved: unique symbol;

/** An order request that passed the risk gate. Only this room can make one. */
export type ApprovedOrder = OrderRequest & { readonly [approved]: true };

/** A change of a working order that passed the risk gate. */
export type ApprovedChange = OrderChange & { readonly [approved]: true };
