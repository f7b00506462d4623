/**
 * A program for pseudo-terminals: the screen with the fake engine behind it. What it was asked for is printed when it
 * has given the terminal back. Arguments: situation, `crash` or a number of frames after which the run ends.
 */
import './tsx-hook.ts';
import { colorDepthOf } from '../../src/tui/canvas/styles.ts';
import { FAKE_REPORT, FakeEngine, fakeNotices, fakeResult, type Situation } from './fake-engine.ts';

const { runScreen } = await import('../../src/tui/run-screen.tsx');
const [situation = 'flat', end = '', rate = '33'] = process.argv.slice(2);
const engine = new FakeEngine({ situation: situation as Situation });
let frames = 0;
const ticking = setInterval(() => {
  if (frames === 0) for (const notice of fakeNotices()) engine.emit(notice);
  engine.tick();
  frames++;
  if (end === 'crash' && frames === 20) throw new Error('the screen fell over');
  if (frames === Number(end)) {
    engine.emit({ type: 'run-ended', result: fakeResult() });
    clearInterval(ticking);
  }
}, Number(rate));

const { env, stdin, stdout } = process;
const how = await runScreen({
  messages: engine.messages,
  send: engine.send,
  setView: () => undefined,
  terminal: { stdin, stdout },
  options: {
    theme: 'dark',
    ascii: env['FSD_ASCII'] === '1',
    color: colorDepthOf({
      COLORTERM: env['COLORTERM'],
      TERM: env['TERM'],
      NO_COLOR: env['NO_COLOR'],
    }),
  },
  reportLines: () => [...FAKE_REPORT],
});
clearInterval(ticking);
process.stdout.write(`left: ${how}; asked: ${engine.received.map((c) => c.name).join(' ')}\n`);
