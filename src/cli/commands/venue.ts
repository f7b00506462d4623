import { resolve } from 'node:path';
import type { RunOptions } from '../../app/run-options.ts';
import { parseClock, parseDay } from '../../domain/time.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import { UsageError } from '../usage-error.ts';
import { dataOf, type RunHandlers } from './run.ts';

/** What the venue needs of the composition. */
export interface VenueHandlers extends Pick<RunHandlers, 'demoSession'> {
  /** Listens on the address until the signal comes. */
  venue(
    options: Pick<RunOptions, 'settings' | 'data' | 'date' | 'from' | 'to'>,
    address: string,
    onListening: () => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export function venueCommand(handlers: VenueHandlers): Command {
  return {
    name: 'venue',
    help: 'A simulated venue in a process of its own, for one run that is started with --venue and the same data and settings',
    positionals: [],
    options: {
      socket: { type: 'text', help: 'where it listens: a Unix socket, or a port of this machine' },
      sim: { type: 'flag', help: 'the generated market instead of recorded data' },
      data: { type: 'list', help: 'files or a folder, as the run has them' },
      date: { type: 'text', help: 'as the run has it' },
      from: { type: 'text', help: 'as the run has it' },
      to: { type: 'text', help: 'as the run has it' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const socket = given.text('socket');
      if (socket === undefined) throw new UsageError('venue: --socket PATH or PORT is missing');
      given.exclusive('sim', 'data');
      const settings = readSettings(given, terminal);
      const date = given.parsed('date', 'a day as YYYYMMDD', parseDay);
      const data = given.flag('sim') ? [] : await dataOf(given, terminal, settings, date, handlers);
      const from = given.parsed('from', 'an exchange time as HH:MM[:SS]', parseClock);
      const to = given.parsed('to', 'an exchange time as HH:MM[:SS]', parseClock);
      const address = /^\d+$/.test(socket) ? socket : resolve(terminal.workingFolder, socket);
      await handlers.venue(
        { settings, data, date, from, to },
        address,
        () => terminal.stderr.write(`The venue listens on ${address}.\n`),
        terminal.signal,
      );
      return EXIT.done;
    },
  };
}
