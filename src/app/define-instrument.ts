import { basename } from 'node:path';
import type { InstrumentEntry } from '../config/instruments.ts';
import type { Instrument, InstrumentDefinition } from '../domain/instrument.ts';
import { formatPrice } from '../domain/price.ts';

export interface DefinedInstrument {
  readonly instrument: Instrument;
  /** The file whose definition counts; `undefined` where the configured instrument does. */
  readonly definedBy: string | undefined;
  /** One line where the two contradict each other. */
  readonly contradiction: string | undefined;
}

/** The configured instrument with tick size and multiplier as the data's own definition tells them. */
export function defineInstrument(
  { instrument, origin }: InstrumentEntry,
  definition: InstrumentDefinition | undefined,
): DefinedInstrument {
  const { tickNanos = instrument.tickNanos, multiplier = instrument.multiplier } = definition ?? {};
  const told = definition?.tickNanos ?? definition?.multiplier;
  if (definition === undefined || told === undefined)
    return { instrument, definedBy: undefined, contradiction: undefined };
  const used = { ...instrument, tickNanos, multiplier };
  const names = DIFFERING.filter(([, of]) => of(used) !== of(instrument));
  const inWords = (each: Instrument) =>
    names.map(([name, of]) => `${name} ${of(each)}`).join(' and ');
  return {
    instrument: used,
    definedBy: definition.origin,
    contradiction:
      names.length === 0
        ? undefined
        : `${instrument.symbol}: ${inWords(used)} of ${definition.origin} ${names.length === 1 ? 'is' : 'are'} used; ${nameOf(origin)} has ${inWords(instrument)}`,
  };
}

const DIFFERING = [
  ['tick', ({ tickNanos }: Instrument) => formatPrice(tickNanos)],
  ['multiplier', ({ multiplier }: Instrument) => String(multiplier)],
] as const;

/** Configuration is told by its file's name, as the data are: reports are the same wherever the files lie. */
function nameOf(origin: string): string {
  return origin.endsWith('.json') ? `config/instruments/${basename(origin)}` : origin;
}
