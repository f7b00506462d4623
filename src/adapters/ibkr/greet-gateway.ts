import { readMessage } from './broker-messages.ts';
import type { GatewayLine, LineListener, OpenLine } from './gateway-line.ts';

/** What a gateway says of itself. */
export interface Greeting {
  /** Every account that it has, by its whole number: not to be shown. */
  readonly accounts: readonly string[];
  /** Its clock, whole seconds since 1970. */
  readonly second: number;
}

/**
 * Connects, asks which accounts there are and how late it is, and goes again: a client of its own, that trades nothing.
 *
 * @returns The greeting, or what went wrong in words.
 */
export async function greetGateway(
  openLine: OpenLine,
  patienceMs: number,
): Promise<Greeting | { readonly problem: string }> {
  const { promise, resolve } = Promise.withResolvers<Greeting | { readonly problem: string }>();
  let accounts: readonly string[] = [];
  let lastWords = '';
  const nothing = (): void => undefined;
  const listener: LineListener = {
    onReady(_nextOrderId, named) {
      accounts = named;
      line.requestCurrentTime();
    },
    onCurrentTime: (second) => resolve({ accounts, second }),
    onClosed: () => resolve({ problem: lastWords || 'it has closed the connection' }),
    onMessage(id, code, text) {
      // what the farms tell is no reason for anything
      if (id < 0 && !(code >= 2100 && code < 2200)) lastWords = readMessage(code, text).words;
    },
    onOpenOrder: nothing,
    onOpenOrdersEnd: nothing,
    onOrderStatus: nothing,
    onExecution: nothing,
    onExecutionsEnd: nothing,
    onCommission: nothing,
    onPosition: nothing,
    onPositionsEnd: nothing,
    onAccountValue: nothing,
  };
  const line: GatewayLine = openLine(listener);
  const timer = setTimeout(
    () => resolve({ problem: lastWords || 'it takes the connection and does not answer' }),
    patienceMs,
  );
  line.connect();
  const greeting = await promise;
  clearTimeout(timer);
  line.close();
  return greeting;
}
