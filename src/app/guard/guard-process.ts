/** The guard's process: its options are the first line of stdin, then its run's signs of life and wishes; its notices go to stdout. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { maskAccounts } from '../../adapters/ibkr/broker-messages.ts';
import { readEnvironment } from '../../platform/environment.ts';
import { redactorOf } from '../../platform/redact.ts';
import { ControlPort } from './guard-control.ts';
import { GuardDuty } from './guard-duty.ts';
import { GuardLog } from './guard-log.ts';
import type { GuardNotice, GuardOptions } from './guard-port.ts';
import { guardFileOf } from './running-guard.ts';
import { BEAT, type RunWish } from './start-guard.ts';

/** What it takes to connect and to learn what the account holds, ms. */
const BEGIN_MS = 10_000;
const LAST_WRITE_MS = 1_000;

const redact = redactorOf(readEnvironment());
const clean = (text: string): string => redact(maskAccounts(text));
// a run that is dead reads no more
process.stdout.on('error', () => undefined);
const say = (notice: GuardNotice): void => {
  process.stdout.write(`${JSON.stringify(notice)}\n`);
};
// a terminal that closes or is interrupted means the run, not its guard
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
let duty: GuardDuty | undefined;
let isInOrder = false;
let isGone = false;
lines.on('line', (line) => {
  if (line === BEAT) {
    duty?.heartbeat();
    return;
  }
  const wish = JSON.parse(line) as RunWish;
  if (wish.type === 'begin') void stand(wish.options);
  else if (wish.type === 'kill') duty?.kill('key', wish.words);
  else if (wish.type === 'resume') duty?.resume();
  else {
    isInOrder = true;
    duty?.onRunGone(true);
  }
});
lines.on('close', () => {
  isGone = true;
  duty?.onRunGone(isInOrder);
});

async function stand(options: GuardOptions): Promise<void> {
  const log = new GuardLog(options.logFolder, clean, () =>
    say({ type: 'words', words: 'the guard’s log cannot be written; it guards without' }),
  );
  // a bug in what only tells must not end the guard while something is open
  process.on('uncaughtException', (error) => log.write('bug', { words: error.stack ?? '' }));
  const tell = (notice: GuardNotice): void => {
    const told = 'words' in notice ? { ...notice, words: clean(notice.words) } : notice;
    say(told);
    control.tell(told);
  };
  const guard = new GuardDuty(options, { tell, log: (type, fields) => log.write(type, fields) });
  const control = new ControlPort((command) => {
    if (command.type === 'kill') guard.kill(command.cause, command.words);
    else if (command.type === 'resume') guard.resume();
    else {
      guard.cancelEverything();
      guard.kill('flatten', 'every order of the account is canceled');
    }
  });
  const file = guardFileOf(options.logFolder, options);
  try {
    const reached = await control.listen();
    const orderPort = await guard.begin(BEGIN_MS);
    process.on('SIGTERM', () => guard.terminate());
    // not to be waited for: a disk that hangs must not keep the run from its guard
    void putFile(file, options.logFolder, { pid: process.pid, ...reached });
    duty = guard;
    say({ type: 'ready', orderPort, control: reached });
    if (isGone) guard.onRunGone(isInOrder);
    await guard.ended;
    log.write('ended', {});
  } catch (error) {
    say({ type: 'failed', words: clean(error instanceof Error ? error.message : String(error)) });
    log.write('failed', { words: String(error) });
  }
  // a disk that hangs keeps nobody here
  await Promise.race([rm(file, { force: true }).catch(() => undefined), sleep(LAST_WRITE_MS)]);
  await Promise.race([log.close(), sleep(LAST_WRITE_MS)]);
  control.close();
  process.stdout.write('', () => process.exit(0));
}

async function putFile(path: string, folder: string, content: unknown): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    // the token is for this user alone
    await writeFile(path, JSON.stringify(content), { mode: 0o600 });
  } catch {
    say({
      type: 'words',
      words: 'other processes cannot find the guard: its file cannot be written',
    });
  }
}
