import type { OrderJudge, OrderVerdict } from './broker-orders.ts';
import { CODE_TEXTS, type LastingFault } from './fault.ts';

type StateStyle = Extract<LastingFault, { type: 'states' }>;
type ExecutionStyle = Extract<LastingFault, { type: 'executions' }>;

/** The faults that last: what is decided about requests still to come, and how things are told. */
export class FaultBoard implements OrderJudge {
  states: StateStyle = { type: 'states', how: 'plain' };
  executions: ExecutionStyle = { type: 'executions', how: 'plain' };
  isReadOnly = false;
  isLineLost = false;
  /** Client ids that somebody else is said to have. */
  readonly takenIds = new Set<number>();
  /** Requests for data that are refused. */
  readonly refusedData = new Map<
    string,
    { readonly code?: number | undefined; readonly text?: string | undefined }
  >();
  #orders: OrderVerdict[] = [];
  #cancels: OrderVerdict[] = [];

  judgeOrder(): OrderVerdict | undefined {
    if (this.isLineLost)
      return {
        type: 'refuse',
        code: 201,
        text: 'Order rejected - reason:No connection to the broker.',
      };
    return this.#orders.shift();
  }

  judgeCancel(): OrderVerdict | undefined {
    return this.#cancels.shift();
  }

  take(fault: LastingFault): void {
    switch (fault.type) {
      case 'refuse-orders':
        this.#expect(this.#orders, 'refuse', fault, 201);
        break;
      case 'inactive-orders':
        this.#expect(this.#orders, 'inactive', { ...fault, code: 201 }, 201);
        break;
      case 'swallow-orders':
        this.#expect(this.#orders, 'swallow', fault, 0);
        break;
      case 'warn-orders':
        this.#expect(this.#orders, 'warn', fault, 399);
        break;
      case 'refuse-cancels':
        this.#expect(this.#cancels, 'refuse', fault, 161);
        break;
      case 'swallow-cancels':
        this.#expect(this.#cancels, 'swallow', fault, 0);
        break;
      case 'states':
        this.states = fault;
        break;
      case 'executions':
        this.executions = fault;
        break;
      case 'client-id-in-use':
        if (fault.isOn) this.takenIds.add(fault.clientId);
        else this.takenIds.delete(fault.clientId);
        break;
      case 'read-only':
        this.isReadOnly = fault.isOn;
        break;
      case 'refuse-data':
        this.refusedData.set(fault.what, fault);
        break;
    }
  }

  /** Orders and cancels still to come are answered as usual. */
  forgetVerdicts(): void {
    this.#orders = [];
    this.#cancels = [];
  }

  #expect(
    list: OrderVerdict[],
    type: OrderVerdict['type'],
    fault: {
      readonly code?: number | undefined;
      readonly text?: string | undefined;
      readonly count?: number | undefined;
    },
    usual: number,
  ): void {
    const code = fault.code ?? usual;
    const text = fault.text ?? CODE_TEXTS.get(code) ?? `Error ${code}`;
    for (let left = fault.count ?? 1; left > 0; left--) list.push({ type, code, text });
  }

  /** Nothing is decided any more, and all is told plainly. */
  clear(): void {
    this.states = { type: 'states', how: 'plain' };
    this.executions = { type: 'executions', how: 'plain' };
    this.isReadOnly = false;
    this.isLineLost = false;
    this.takenIds.clear();
    this.refusedData.clear();
    this.forgetVerdicts();
  }
}
