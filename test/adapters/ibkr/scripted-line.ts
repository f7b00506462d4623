import type {
  GatewayLine,
  LineListener,
  OpenLine,
} from '../../../src/adapters/ibkr/gateway-line.ts';

/** A connection that does and says what a test tells it to. */
export class ScriptedLine implements GatewayLine {
  readonly listener: LineListener;
  /** Everything that was asked, in order. */
  readonly asked: string[] = [];
  answersTime = true;
  isClosed = false;

  constructor(listener: LineListener) {
    this.listener = listener;
  }

  connect(): void {
    this.asked.push('connect');
  }

  close(): void {
    this.isClosed = true;
  }

  placeOrder(): void {
    this.asked.push('place');
  }

  cancelOrder(id: number): void {
    this.asked.push(`cancel ${id}`);
  }

  requestContracts(id: number): void {
    this.asked.push(`contracts ${id}`);
  }

  requestOpenOrders(): void {
    this.asked.push('open orders');
  }

  requestExecutions(id: number): void {
    this.asked.push(`executions ${id}`);
  }

  requestPositions(): void {
    this.asked.push('positions');
  }

  cancelPositions(): void {
    this.asked.push('no positions');
  }

  requestAccountValues(): void {
    this.asked.push('account');
  }

  requestPnl(id: number): void {
    this.asked.push(`profit ${id}`);
  }

  cancelPnl(id: number): void {
    this.asked.push(`no profit ${id}`);
  }

  cancelEverything(): void {
    this.asked.push('cancel everything');
  }

  requestCurrentTime(): void {
    this.asked.push('time');
    if (this.answersTime) queueMicrotask(() => this.listener.onCurrentTime(1));
  }
}

/** Opens scripted lines, and keeps them. */
export function scriptedLines(): { readonly open: OpenLine; readonly lines: ScriptedLine[] } {
  const lines: ScriptedLine[] = [];
  return {
    lines,
    open: (listener) => {
      const line = new ScriptedLine(listener);
      lines.push(line);
      return line;
    },
  };
}
