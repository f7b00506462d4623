import { CLIENT_ID } from '../desk-stage.ts';
import { ENTRY, QUANTITY, type Scenario, type Scene, STOP, TARGET } from './scene.ts';

/** Farms come and go, and orders go on. */
function farm(broken: number, restored: number, name: string): Scenario {
  return {
    name: `${broken} and ${restored}: ${name} is broken and restored`,
    async play(scene) {
      scene.fault({ type: 'message', code: broken });
      await scene.pass(10);
      scene.mustSay(new RegExp(`\\(${broken}: `));
      await scene.hold();
      scene.mustEqual('position', scene.position, QUANTITY);
      scene.fault({ type: 'message', code: restored });
      await scene.pass(10);
      scene.mustSay(new RegExp(`\\(${restored}: `));
      scene.must('the session stays usable', scene.isUsable);
    },
  };
}

/** The gateway stays, and the broker behind it is gone for a while. */
function linkLost(code: number, back: 1101 | 1102): Scenario {
  return {
    name: `${code}, then ${back}: the gateway loses the broker and has it back`,
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'message', code });
      await scene.pass(50);
      scene.must('nothing may be sent meanwhile', !scene.isUsable);
      scene.place('r1-X', 249.5);
      await scene.pass(50);
      scene.mustEqual('arrivals of an order meanwhile', scene.arrivalsOf('r1-X'), 0);
      await scene.pass(3_000);
      scene.fault({ type: 'message', code: back });
      await scene.isBack();
      scene.mustEqual('stop', scene.statusOf(STOP), 'working');
    },
  };
}

async function killWhile(scene: Scene, downMs: number): Promise<void> {
  scene.stage.kill();
  await scene.pass(downMs);
  while (!(await scene.stage.start())) await scene.pass(100);
  await scene.isBack();
}

/** The connection, the gateway, and our own process. */
export const CONNECTION_SCENARIOS: readonly Scenario[] = [
  {
    name: 'an order sent while disconnected is refused here, and never arrives later',
    async play(scene) {
      scene.fault({ type: 'restart', downMs: 2_000 });
      await scene.pass(50);
      await scene.enter();
      scene.must('it is not open', scene.statusOf(ENTRY) !== 'working');
      await scene.pass(8_000);
      scene.mustEqual('arrivals', scene.arrivalsOf(ENTRY), 0);
    },
  },
  {
    name: 'the connection is lost between send and acknowledgement: the order had arrived',
    async play(scene) {
      scene.fault({ type: 'states', how: 'plain', delayMs: 100 });
      await scene.enter();
      scene.fault({ type: 'drop' });
      await scene.isBack();
      scene.mustEqual('entry', scene.statusOf(ENTRY), 'working');
      scene.mustEqual('arrivals', scene.arrivalsOf(ENTRY), 1);
    },
  },
  {
    name: 'the connection is lost between send and acknowledgement: the order never arrived',
    async play(scene) {
      await scene.loseOnWire(() => void scene.enter());
      await scene.isBack();
      scene.mustEqual('entry', scene.statusOf(ENTRY), 'canceled');
      scene.mustEqual('arrivals', scene.arrivalsOf(ENTRY), 0);
    },
  },
  {
    name: 'requests that wait for the rate are known as unsent when the connection drops',
    async play(scene) {
      for (let i = 0; i < 50; i++) scene.place(`r1-P${i}`, 249.5);
      await scene.stage.time.settle();
      const arrived = scene.stage.gateway.orders.length;
      scene.must(`not all have left: ${arrived}`, arrived > 10 && arrived < 50);
      scene.fault({ type: 'drop' });
      await scene.isBack();
      await scene.pass(3_000);
      scene.mustEqual('arrivals', scene.stage.gateway.orders.length, arrived);
      scene.must('the reason is told', scene.reasonOf('r1-P49').includes('never sent'));
    },
  },
  {
    name: 'a cancel overtakes hundreds of requests that wait',
    async play(scene) {
      await scene.enter();
      const pacer = scene.stage.venue?.session.pacer;
      for (let i = 0; i < 300; i++)
        pacer?.push({ paceClass: 'data', count: 1, send: () => undefined });
      scene.cancelEntries();
      await scene.soon('it is canceled', () => scene.statusOf(ENTRY) === 'canceled', 100);
      scene.must('the requests wait still', (pacer?.waiting ?? 0) > 200);
    },
  },
  {
    name: 'a gateway that accepts and never answers is left within two seconds',
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'stall' });
      await scene.soon('it is noticed', () => !scene.isUsable, 2_000);
      await scene.pass(5_000);
      scene.fault({ type: 'resume' });
      await scene.isBack();
    },
  },
  {
    name: 'a paper account that drops silently is noticed, and is back by itself',
    async play(scene) {
      await scene.enter();
      scene.fault({ type: 'stall', clientId: CLIENT_ID });
      await scene.soon('it is noticed', () => !scene.isUsable, 2_000);
      // only that one connection is dead: another one is answered
      scene.fault({ type: 'resume' });
      await scene.isBack();
      scene.mustEqual('arrivals', scene.arrivalsOf(ENTRY), 1);
    },
  },
  {
    name: 'the nightly restart: away for half a minute, back within five seconds',
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'restart', downMs: 30_000 });
      await scene.pass(30_000);
      await scene.isBack();
      scene.mustEqual('stop', scene.statusOf(STOP), 'working');
      scene.mustEqual('position', scene.position, QUANTITY);
    },
  },
  {
    name: 'two restarts, the second one while it comes back from the first',
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'restart', downMs: 1_000 });
      await scene.pass(1_100);
      scene.fault({ type: 'restart', downMs: 2_000 });
      await scene.pass(2_000);
      await scene.isBack();
    },
  },
  {
    name: 'a stop that fills during the restart is found after it',
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'restart', downMs: 3_000 });
      await scene.pass(500);
      await scene.trade(249.8, 500);
      await scene.pass(3_000);
      await scene.isBack();
      scene.mustEqual('position', scene.position, 0);
    },
  },
  {
    name: '326: the client id is in use, and tried until it is free',
    async play(scene) {
      scene.fault({ type: 'client-id-in-use', clientId: CLIENT_ID, isOn: true });
      scene.fault({ type: 'drop' });
      await scene.pass(10_000);
      scene.mustSay(/\(326: /);
      scene.fault({ type: 'client-id-in-use', clientId: CLIENT_ID, isOn: false });
      await scene.isBack();
    },
  },
  {
    name: '502: no gateway listens, and it is said in words',
    async play(scene) {
      scene.stage.kill();
      const port = scene.stage.gateway.port;
      scene.must('it does not start at a closed port', !(await scene.stage.start(port - 1)));
      scene.must('and does at the right one', await scene.stage.start());
      await scene.isBack();
    },
  },
  {
    name: 'an account that may not be traded is refused before anything is sent',
    async play(scene) {
      scene.stage.kill();
      scene.must('it does not start', !(await scene.stage.start(undefined, 'U7777777')));
      scene.mustSay(/no account that may be traded/);
      scene.must('nobody sees an account number', !scene.stage.words.join().includes('DU1234567'));
      await scene.stage.start();
    },
  },
  {
    name: '504: not connected, told of nothing in particular, changes nothing',
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'message', code: 504, text: 'Not connected' });
      await scene.pass(50);
      scene.mustSay(/\(504: /);
      scene.mustEqual('stop', scene.statusOf(STOP), 'working');
    },
  },
  {
    name: '100: too many messages, said and survived',
    async play(scene) {
      scene.fault({ type: 'message', code: 100, text: 'Max rate of messages per second' });
      await scene.hold();
      scene.mustSay(/\(100: /);
      scene.mustEqual('position', scene.position, QUANTITY);
    },
  },
  {
    name: '10185: a message that no table knows is shown with its code',
    async play(scene) {
      scene.fault({ type: 'message', code: 10_185, text: 'Failed to cancel PNL (not subscribed)' });
      await scene.hold();
      scene.mustSay(/\(10185: Failed to cancel PNL/);
      scene.mustEqual('position', scene.position, QUANTITY);
    },
  },
  linkLost(1100, 1102),
  linkLost(1100, 1101),
  linkLost(2110, 1102),
  farm(2103, 2104, 'a market data farm'),
  farm(2105, 2106, 'a historical data farm'),
  farm(2107, 2106, 'an idle historical data farm'),
  farm(2108, 2104, 'an idle market data farm'),
  farm(2157, 2158, 'the farm of security definitions'),
  {
    name: 'our process is killed while its entry works, and adopts it',
    async play(scene) {
      await scene.enter();
      await killWhile(scene, 1_000);
      scene.mustEqual('entry', scene.statusOf(ENTRY), 'working');
      scene.mustEqual('arrivals', scene.arrivalsOf(ENTRY), 1);
      await scene.trade(249.99, QUANTITY);
      scene.mustEqual('position', scene.position, QUANTITY);
    },
  },
  {
    name: 'our process is killed while it holds, and what filled meanwhile is counted once',
    async play(scene) {
      await scene.enter();
      await scene.trade(249.99, 20);
      scene.stage.kill();
      await scene.trade(249.99, 40);
      await killWhile(scene, 500);
      scene.mustEqual('position', scene.position, QUANTITY);
      await scene.trade(249.8, 500);
      scene.mustEqual('position after the stop', scene.position, 0);
    },
  },
  {
    name: 'our process is killed with its exit on the way, and sends no other one',
    async play(scene) {
      await scene.hold();
      scene.flatten();
      scene.stage.kill();
      await killWhile(scene, 800);
      await scene.pass(3_000);
      scene.mustEqual('position', scene.position, 0);
      scene.mustEqual('at the broker', scene.stage.held, 0);
    },
  },
  {
    name: 'after a restart a bracket whose entry is done is one group: its exits never close twice',
    async play(scene) {
      await scene.hold();
      await killWhile(scene, 500);
      await scene.trade(250.5, 25);
      scene.flatten();
      await scene.pass(2_000);
      scene.mustEqual('position', scene.position, 0);
      scene.mustEqual('at the broker', scene.stage.held, 0);
    },
  },
  {
    name: 'our process is killed twenty times in one position',
    async play(scene) {
      await scene.hold();
      for (let time = 0; time < 20; time++) {
        await killWhile(scene, 37 * time);
        if (time === 10) await scene.trade(250.5, 25);
      }
      scene.mustEqual('position', scene.position, QUANTITY - 25);
      scene.mustEqual('target filled', scene.stage.desk?.orders.find(TARGET)?.filled, 25);
    },
  },
  {
    name: 'a position is to be closed while there is no connection: one exit, once it is back',
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'restart', downMs: 2_000 });
      await scene.pass(50);
      scene.flatten();
      await scene.pass(2_000);
      await scene.isBack();
      await scene.soon('it is closed', () => scene.stage.held === 0, 2_000);
      const exits = scene.stage.gateway.orders.filter(({ terms }) => terms.type === 'MKT');
      scene.mustEqual('exits', exits.length, 1);
    },
  },
];
