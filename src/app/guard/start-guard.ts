import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UnreachableError } from '../../platform/unreachable-error.ts';
import type { Guard, GuardListener, GuardNotice, GuardOptions } from './guard-port.ts';

/** A sign of life on the pipe. */
export const BEAT = '.';
/** Signs of life that a guard has not read need no more of them, bytes. */
const MOST_UNREAD = 1_000;

/** What a run writes to its guard, one JSON object a line. */
export type RunWish =
  | { readonly type: 'begin'; readonly options: GuardOptions }
  | { readonly type: 'kill'; readonly words: string }
  | { readonly type: 'resume' }
  | { readonly type: 'stand-down' };

/**
 * Starts a guard as a process of its own, in a session of its own: it outlives the run that starts it. To be called by the engine's thread, whose
 * event loop then carries the pipe.
 *
 * @throws {UnreachableError} If the guard does not get to watch: a run without one must not trade.
 */
export async function startGuard(options: GuardOptions, listener: GuardListener): Promise<Guard> {
  const isSource = import.meta.url.endsWith('.ts');
  // in dist/ from its chunks as from its programs
  const file = new URL(
    isSource ? './guard-process.ts' : '../app/guard-process.js',
    import.meta.url,
  );
  const child = spawn(process.execPath, [fileURLToPath(file)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const { stdin, stdout } = child;
  // it ends when the guard has gone, which is told otherwise
  stdin.on('error', () => undefined);
  const wish = (wished: RunWish): void => void stdin.write(`${JSON.stringify(wished)}\n`);
  const ready = Promise.withResolvers<Extract<GuardNotice, { type: 'ready' }>>();
  let hasBegun = false;
  let isStoodDown = false;
  child.on('error', (error) => ready.reject(new UnreachableError(`the guard: ${error.message}`)));
  child.on('exit', (code, signal) => {
    const words = `the guard’s process has ended (${signal ?? code})`;
    ready.reject(new UnreachableError(words));
    if (hasBegun && !isStoodDown) listener.onLost(words);
  });
  createInterface({ input: stdout }).on('line', (line) => {
    const notice = JSON.parse(line) as GuardNotice;
    if (notice.type === 'ready') ready.resolve(notice);
    else if (notice.type === 'failed') ready.reject(new UnreachableError(notice.words));
    else listener.onNotice(notice);
  });
  wish({ type: 'begin', options });
  const { orderPort, control } = await ready.promise;
  hasBegun = true;
  // the run may end before its guard, and is not kept by it
  child.unref();
  for (const stream of [stdin, stdout]) (stream as Socket).unref();
  return {
    orderPort,
    control,
    heartbeat: () => {
      if (stdin.writableLength < MOST_UNREAD) stdin.write(`${BEAT}\n`);
    },
    kill: (words) => wish({ type: 'kill', words }),
    resume: () => wish({ type: 'resume' }),
    standDown: () => {
      isStoodDown = true;
      wish({ type: 'stand-down' });
      stdin.end();
    },
    abandon: () => {
      isStoodDown = true;
      stdin.destroy();
    },
  };
}
