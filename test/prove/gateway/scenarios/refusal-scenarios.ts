import { ENTRY, QUANTITY, type Scenario, STOP, TARGET } from './scene.ts';

/** An entry that the broker does not take: nothing of its bracket is left, and the broker's words are shown. */
function refusedEntry(code: number, text: string): Scenario {
  return {
    name: `${code}: the entry is refused (${text})`,
    async play(scene) {
      scene.fault({ type: 'refuse-orders', code, text });
      await scene.enter();
      await scene.pass(1_000);
      scene.mustEqual('entry', scene.statusOf(ENTRY), 'rejected');
      scene.must('the words are shown', scene.reasonOf(ENTRY).includes(`(${code}: ${text}`));
      for (const order of scene.stage.gateway.orders)
        scene.must(`${order.terms.orderRef} is over`, order.isOver || order.isHeld);
    },
  };
}

/** A cancel that the broker refuses of an order that works: it is asked about, and asked for again. */
function refusedCancel(code: number, text: string): Scenario {
  return {
    name: `${code}: a cancel is refused of an order that works (${text})`,
    async play(scene) {
      await scene.enter();
      scene.fault({ type: 'refuse-cancels', code, text });
      scene.cancelEntries();
      await scene.soon('it ends', () => scene.statusOf(ENTRY) === 'canceled', 3_000);
      scene.mustSay(new RegExp(`\\(${code}: `));
      scene.must('it is over at the broker', scene.atBroker(ENTRY)?.isOver === true);
    },
  };
}

/** Refusals, and what the broker does by itself. */
export const REFUSAL_SCENARIOS: readonly Scenario[] = [
  refusedEntry(103, 'Duplicate order id'),
  refusedEntry(110, 'The price does not conform to the minimum price variation'),
  refusedEntry(200, 'The contract description specified is ambiguous'),
  refusedEntry(201, 'Order rejected - reason:price is too far from the market'),
  refusedEntry(203, 'The security is not available or allowed for this account'),
  refusedEntry(321, 'The API interface is currently in Read-Only mode.'),
  refusedEntry(382, 'The order is to be held by the exchange'),
  refusedEntry(434, 'The order size cannot be zero.'),
  refusedEntry(435, 'You must specify an account.'),
  refusedEntry(10_187, 'Failed to place the order: no trading permission'),
  refusedCancel(135, 'Can’t find order with id'),
  refusedCancel(161, 'Cancel attempted when order is not in a cancellable state'),
  refusedCancel(10_147, 'OrderId that needs to be cancelled is not found'),
  refusedCancel(10_148, 'OrderId cannot be cancelled, state: PendingCancel'),
  {
    name: '399: an order lives on with a warning',
    async play(scene) {
      scene.fault({ type: 'warn-orders' });
      await scene.hold();
      scene.mustEqual('position', scene.position, QUANTITY);
      scene.mustSay(/r1-1: the broker says of the order \(399: /);
    },
  },
  {
    name: '404: shares to borrow are being located, and the order lives on',
    async play(scene) {
      await scene.enter();
      const entry = scene.atBroker(ENTRY);
      scene.fault({
        type: 'message',
        id: entry?.orderId ?? 0,
        code: 404,
        text: 'Order held while securities are located',
      });
      await scene.pass(50);
      scene.mustSay(/r1-1: held while shares to borrow are located \(404: /);
      await scene.trade(249.99, QUANTITY);
      scene.mustEqual('position', scene.position, QUANTITY);
    },
  },
  {
    name: 'read-only mode: every order is refused in words, and nothing hangs',
    async play(scene) {
      scene.fault({ type: 'read-only', isOn: true });
      await scene.enter();
      await scene.pass(1_000);
      scene.mustEqual('entry', scene.statusOf(ENTRY), 'rejected');
      scene.must('the words are shown', scene.reasonOf(ENTRY).includes('Read-Only'));
    },
  },
  {
    name: 'an order becomes inactive: permission is missing',
    async play(scene) {
      scene.fault({ type: 'inactive-orders', text: 'Order rejected - reason:No permission' });
      await scene.enter();
      await scene.pass(1_000);
      scene.mustEqual('entry', scene.statusOf(ENTRY), 'rejected');
      scene.must('the words are shown', scene.reasonOf(ENTRY).includes('No permission'));
    },
  },
  {
    name: 'the stop alone is refused: what has filled is closed, not left bare',
    async play(scene) {
      scene.fault({ type: 'warn-orders' });
      scene.fault({ type: 'refuse-orders' });
      await scene.enter();
      await scene.trade(249.99, QUANTITY);
      await scene.pass(1_500);
      scene.mustEqual('stop', scene.statusOf(STOP), 'rejected');
      scene.mustEqual('at the broker', scene.stage.held, 0);
    },
  },
  {
    name: 'the target alone is refused: the stop protects',
    async play(scene) {
      scene.fault({ type: 'warn-orders', count: 2 });
      scene.fault({ type: 'refuse-orders' });
      await scene.enter();
      await scene.trade(249.99, QUANTITY);
      await scene.pass(1_000);
      scene.mustEqual('target', scene.statusOf(TARGET), 'rejected');
      scene.must(
        'protected, or closed',
        scene.stage.held === 0 || scene.statusOf(STOP) === 'working',
      );
    },
  },
  {
    name: '329: a change is refused, and the stop works on as it was',
    async play(scene) {
      await scene.hold();
      if (scene.stage.line !== undefined) scene.stage.line.spoilsNext = true;
      scene.moveStop(249.85);
      await scene.pass(500);
      scene.mustEqual('stop', scene.statusOf(STOP), 'working');
      scene.mustSay(/\(329: /);
      scene.mustEqual('its price', scene.atBroker(STOP)?.terms.stopPrice, 249.8e9);
    },
  },
  {
    name: '104: a change crosses the fill that ends the order',
    async play(scene) {
      await scene.hold();
      scene.moveStop(249.85);
      scene.stage.gateway.trade(249.8, 500);
      await scene.pass(1_000);
      scene.mustEqual('position', scene.position, 0);
    },
  },
  {
    name: '202: the broker cancels the entry by itself',
    async play(scene) {
      await scene.enter();
      scene.fault({ type: 'cancel-orders', text: 'end of day' });
      await scene.pass(500);
      scene.mustEqual('entry', scene.statusOf(ENTRY), 'canceled');
      scene.must('the words are shown', scene.reasonOf(ENTRY).includes('end of day'));
    },
  },
  {
    name: '202: the broker cancels the stop of a position, which is closed at once',
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'cancel-orders', text: 'by the exchange' });
      await scene.soon('it is closed', () => scene.stage.held === 0, 1_000);
      scene.mustSay(/without a working stop/);
    },
  },
  {
    name: 'an exit at market is refused twice, and sent again each second',
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'refuse-orders', count: 2 });
      scene.flatten();
      await scene.soon('it is closed', () => scene.stage.held === 0, 3_500);
    },
  },
  {
    name: 'a cancel vanishes: it is sent again, and the order ends',
    async play(scene) {
      await scene.enter();
      scene.fault({ type: 'swallow-cancels' });
      scene.cancelEntries();
      await scene.soon('it ends', () => scene.statusOf(ENTRY) === 'canceled', 8_000);
    },
  },
  {
    name: 'a bracket vanishes without a word: it is asked about, and never sent again',
    async play(scene) {
      scene.fault({ type: 'swallow-orders', count: 3 });
      await scene.enter();
      await scene.soon('its fate is told', () => scene.statusOf(ENTRY) === 'rejected', 3_000);
      scene.mustEqual('orders at the broker', scene.stage.gateway.orders.length, 0);
    },
  },
  {
    name: 'an entry vanishes without its exits, twice cut off: no stop is sent for what is not held',
    async play(scene) {
      scene.fault({ type: 'swallow-orders' });
      await scene.enter();
      scene.fault({ type: 'states', how: 'twice' });
      scene.fault({ type: 'swallow-orders' });
      await scene.trade(249.8, 20);
      scene.fault({ type: 'drop' });
      await scene.pass(12);
      scene.fault({ type: 'drop' });
      scene.stage.gateway.gateway.faults.forgetVerdicts();
      await scene.isBack();
      scene.must('nothing was sold short', scene.stage.held >= 0);
    },
  },
  {
    name: 'a halt: the entry waits, and the stop of what filled before works after it',
    async play(scene) {
      await scene.enter();
      await scene.trade(249.99, 25);
      scene.stage.gateway.halt(true);
      await scene.pass(2_000);
      scene.mustEqual('position', scene.position, 25);
      scene.stage.gateway.halt(false);
      await scene.trade(249.8, 500);
      await scene.pass(500);
      scene.mustEqual('at the broker', scene.stage.held, scene.position);
    },
  },
  {
    name: 'a halt: a position is to be closed, and is when trading goes on',
    async play(scene) {
      await scene.hold();
      scene.stage.gateway.halt(true);
      await scene.pass(50);
      scene.flatten();
      await scene.pass(3_000);
      scene.stage.gateway.halt(false);
      scene.stage.gateway.quote(249.97, 250.01, 500, 500);
      await scene.soon('it is closed', () => scene.stage.held === 0, 3_000);
    },
  },
  {
    name: 'an order placed by hand, with order id 0, is shown and never touched',
    async play(scene) {
      await scene.hold();
      const order = scene.stage.gateway.placeByHand('buy', 249.5, 9);
      scene.fault({ type: 'drop' });
      await scene.isBack();
      scene.mustSay(/foreign-order/);
      scene.flatten();
      await scene.pass(2_000);
      scene.must('it works still', !order.isOver);
    },
  },
  {
    name: 'somebody trades by hand: his shares are not ours, and both sides agree again',
    async play(scene) {
      await scene.hold();
      scene.stage.gateway.placeByHand('buy', 250.01, 9);
      await scene.pass(500);
      scene.fault({ type: 'drop' });
      await scene.isBack();
      scene.mustEqual('position', scene.position, QUANTITY);
      scene.flatten();
      await scene.pass(2_000);
      scene.mustEqual('his position', scene.stage.gateway.position, 9);
    },
  },
  {
    name: 'the account held shares from other days: they are left alone',
    async play(scene) {
      scene.stage.gateway.placeByHand('buy', 250.01, 40);
      await scene.pass(100);
      scene.stage.kill();
      await scene.stage.start();
      await scene.hold();
      scene.flatten();
      await scene.pass(2_000);
      scene.mustEqual('position', scene.position, 0);
      scene.mustEqual('the account', scene.stage.gateway.position, 40);
    },
  },
];
