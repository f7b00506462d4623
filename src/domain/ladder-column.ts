/** The ladder's columns by name, as they stand unless told otherwise. */
export const LADDER_COLUMNS = [
  'marks',
  'own',
  'pnl',
  'bidOrders',
  'bidPulled',
  'bidAdded',
  'bid',
  'price',
  'ask',
  'askAdded',
  'askPulled',
  'askOrders',
  'sold',
  'bought',
  'profile',
] as const;
export type LadderColumn = (typeof LADDER_COLUMNS)[number];
