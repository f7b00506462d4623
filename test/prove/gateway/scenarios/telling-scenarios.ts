import { ENTRY, QUANTITY, type Scenario, STOP, TARGET, USUAL_RULES } from './scene.ts';

/** The whole life of a bracket in one way of telling. */
function telling(name: string, begin: (scene: Parameters<Scenario['play']>[0]) => void): Scenario {
  return {
    name,
    async play(scene) {
      begin(scene);
      await scene.enter();
      await scene.trade(249.99, 25);
      await scene.trade(249.99, 35);
      await scene.soon('all is bought', () => scene.position === QUANTITY, 6_000);
      await scene.trade(249.8, 500);
      await scene.soon('all is sold', () => scene.position === 0, 6_000);
      scene.mustEqual('at the broker', scene.stage.held, 0);
    },
  };
}

/** What the broker tells late, twice, in another order, or not at all; and fills where they are awkward. */
export const TELLING_SCENARIOS: readonly Scenario[] = [
  telling('fills come before their acknowledgement', (scene) =>
    scene.fault({ type: 'states', how: 'plain', delayMs: 60 }),
  ),
  telling('an openOrder comes after the fill that ended it', (scene) =>
    scene.fault({ type: 'states', how: 'plain', delayMs: 300 }),
  ),
  telling('callbacks come in the other order', (scene) =>
    scene.fault({ type: 'states', how: 'reversed', delayMs: 15 }),
  ),
  telling('every state is told twice', (scene) => scene.fault({ type: 'states', how: 'twice' })),
  telling('no state is ever told', (scene) => scene.fault({ type: 'states', how: 'never' })),
  telling('every execution is told twice', (scene) =>
    scene.fault({ type: 'executions', how: 'twice', delayMs: 5 }),
  ),
  telling('"filled" is told without an execution', (scene) =>
    scene.fault({ type: 'executions', how: 'never' }),
  ),
  telling('executions come half a second late', (scene) =>
    scene.fault({ type: 'executions', how: 'plain', delayMs: 500 }),
  ),
  telling('nothing at all is told of fills but the position', (scene) => {
    scene.fault({ type: 'executions', how: 'never' });
    scene.fault({ type: 'states', how: 'never' });
  }),
  {
    name: 'fills that happened while disconnected are found, and counted once',
    async play(scene) {
      await scene.enter();
      scene.fault({ type: 'restart', downMs: 800 });
      await scene.trade(249.99, 20);
      await scene.trade(249.99, 40);
      await scene.pass(800);
      await scene.isBack();
      scene.mustEqual('position', scene.position, QUANTITY);
    },
  },
  {
    name: 'a commission that comes a minute late reaches the desk, to the micro',
    async play(scene) {
      scene.fault({ type: 'executions', how: 'plain', commissionDelayMs: 60_000 });
      await scene.hold();
      await scene.pass(61_000);
      const corrected = scene.stage.reports.filter(({ type }) => type === 'execution-corrected');
      scene.mustEqual('corrections', corrected.length, 1);
    },
  },
  {
    name: 'a commission that came hours later, while our process was down, reaches the desk',
    async play(scene) {
      scene.fault({ type: 'executions', how: 'plain', commissionDelayMs: 3_600_000 });
      await scene.hold();
      scene.stage.kill();
      await scene.pass(3 * 3_600_000);
      await scene.stage.start();
      await scene.isBack();
    },
  },
  {
    name: 'an execution’s price is corrected: no second fill, and the money is right',
    async play(scene) {
      await scene.hold();
      scene.fault({ type: 'correct-execution', price: 249.95 });
      await scene.pass(50);
      scene.mustSay(/was corrected by the broker/);
      scene.mustEqual('position', scene.position, QUANTITY);
    },
  },
  {
    name: 'an execution is corrected after the position is closed',
    async play(scene) {
      await scene.hold();
      await scene.trade(250.5, 500);
      scene.fault({ type: 'correct-execution', price: 250.4 });
      await scene.pass(50);
      scene.mustEqual('position', scene.position, 0);
    },
  },
  {
    name: 'a cancel crosses a fill of the whole',
    async play(scene) {
      await scene.enter();
      scene.cancelEntries();
      scene.stage.gateway.trade(249.99, QUANTITY);
      await scene.pass(1_000);
      scene.mustEqual('position', scene.position, scene.stage.held);
    },
  },
  ...(['work-on', 'canceled'] as const).flatMap((afterPartialCancel): Scenario[] => [
    {
      name: `an entry is filled partly, then cancelled: its part is protected (children: ${afterPartialCancel})`,
      rules: { ...USUAL_RULES, afterPartialCancel },
      async play(scene) {
        await scene.enter();
        await scene.trade(249.99, 25);
        scene.cancelEntries();
        await scene.pass(2_000);
        scene.mustEqual('position', scene.position, afterPartialCancel === 'work-on' ? 25 : 0);
      },
    },
    {
      name: `stops wait for the whole entry: a part is not left bare (children: ${afterPartialCancel})`,
      rules: { activation: 'whole-parent', afterPartialCancel },
      async play(scene) {
        await scene.enter();
        await scene.trade(249.99, 25);
        await scene.pass(1_500);
        scene.mustSay(/its stop waits for the rest/);
        scene.mustEqual('position', scene.position, afterPartialCancel === 'work-on' ? 25 : 0);
      },
    },
  ]),
  {
    name: 'both legs are hit in one burst',
    async play(scene) {
      await scene.hold();
      scene.stage.gateway.trade(250.5, 30);
      scene.stage.gateway.trade(249.8, 500);
      scene.stage.gateway.trade(250.5, 500);
      await scene.pass(2_000);
      scene.mustEqual('position', scene.position, 0);
      scene.mustEqual('at the broker', scene.stage.held, 0);
    },
  },
  {
    name: 'the stop is gapped: it fills where the market is',
    async play(scene) {
      await scene.hold();
      scene.stage.gateway.quote(249.4, 249.42, 500, 500);
      await scene.trade(249.4, 100);
      scene.mustEqual('position', scene.position, 0);
      scene.mustEqual('stop', scene.statusOf(STOP), 'filled');
    },
  },
  {
    name: 'the target fills partly, then the stop takes the rest and no more',
    async play(scene) {
      await scene.hold();
      await scene.trade(250.5, 22);
      await scene.trade(249.8, 500);
      await scene.pass(500);
      scene.mustEqual('position', scene.position, 0);
      scene.mustEqual('stop filled', scene.stage.desk?.orders.find(STOP)?.filled, QUANTITY - 22);
    },
  },
  {
    name: 'the target fills partly while the entry still works: the entry ends, the rest is protected',
    async play(scene) {
      await scene.enter();
      await scene.trade(249.99, 40);
      await scene.trade(250.5, 10);
      await scene.pass(500);
      scene.mustEqual('position', scene.position, 30);
      scene.must('the entry has ended', scene.statusOf(ENTRY) === 'canceled');
      scene.must('the stop is for all of it', (scene.atBroker(STOP)?.remaining ?? 0) >= 30);
    },
  },
  {
    name: 'an entry that takes at once has its exits from the same moment',
    async play(scene) {
      await scene.enter(250.01);
      scene.mustEqual('position', scene.position, QUANTITY);
      scene.mustEqual('stop', scene.statusOf(STOP), 'working');
    },
  },
  {
    name: 'an exit at market finds a thin market, and is filled piece by piece',
    async play(scene) {
      await scene.hold();
      scene.stage.gateway.quote(249.95, 250.01, 7, 500);
      scene.flatten();
      for (let piece = 0; piece < 12; piece++) {
        await scene.pass(50);
        scene.stage.gateway.quote(piece % 2 === 0 ? 249.94 : 249.95, 250.01, 7, 500);
      }
      await scene.pass(500);
      scene.mustEqual('position', scene.position, 0);
      scene.mustEqual('target', scene.statusOf(TARGET), 'canceled');
    },
  },
];
