import type { SessionTime } from '../domain/time.ts';
import type { OrderDesk } from '../execution/order-desk.ts';
import type { ScriptAction } from './order-script.ts';

/** Plays a list of orders at their times, as plain orders: through the risk gate, and nothing added. */
export class ScriptPlayer {
  readonly #script: readonly ScriptAction[];
  readonly #desk: OrderDesk;
  #at = 0;

  /** @param script By time. */
  constructor(script: readonly ScriptAction[], desk: OrderDesk) {
    this.#script = script;
    this.#desk = desk;
  }

  /** When the next action is sent; infinite after the last. */
  get nextAt(): SessionTime {
    return this.#script[this.#at]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** How many actions were sent: all that it remembers. */
  capture(): number {
    return this.#at;
  }

  /** Goes on after the first `sent` actions of the same script. */
  restore(sent: number): void {
    this.#at = sent;
  }

  /** Sends the next action. */
  playNext(now: SessionTime): void {
    const action = this.#script[this.#at++];
    if (action === undefined) return;
    if (action.action === 'cancel') {
      this.#desk.cancel(action.id, now, 'script');
    } else if (action.action === 'modify') {
      const { action: _action, at: _at, ...change } = action;
      this.#desk.change(change, now);
    } else {
      const { position } = this.#desk.portfolio;
      const closes = action.side === 'buy' ? position < 0 : position > 0;
      const { action: _action, at: _at, ...terms } = action;
      this.#desk.place({ ...terms, role: closes ? 'EXIT' : 'ENTRY', reduceOnly: false }, now);
    }
  }
}
