import type { ModelRequest } from '../model/port.ts';
import { toolsTextOf } from '../model/request-text.ts';
import type { Cassette } from './cassette-line.ts';

/** Where a question differs from the nearest one that was recorded. */
export interface RecordingDifference {
  /** `model`, `system`, `tools`, or a path in a line of the message: `MARKET_STATE.LAST`. */
  readonly field: string;
  readonly asked: string;
  readonly recorded: string;
}

const MOST_SHOWN = 120;
const MISSING = '(nothing)';

/** The first field in which a question differs from the recorded one that differs in the fewest; `undefined` of an empty cassette. */
export function nearestDifference(
  cassette: Cassette,
  request: ModelRequest,
): RecordingDifference | undefined {
  const asked = fieldsOf(request.model, request.system, toolsTextOf(request.answers), request.user);
  let nearest: RecordingDifference | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const { question } of cassette.exchanges) {
    const { model, systemSha256, toolsSha256, user } = question;
    const text = (sha256: string) => cassette.texts.get(sha256) ?? '';
    const recorded = fieldsOf(model, text(systemSha256), text(toolsSha256), user);
    const differing = [...new Set([...asked.keys(), ...recorded.keys()])].filter(
      (field) => asked.get(field) !== recorded.get(field),
    );
    const [field] = differing;
    if (field === undefined || differing.length >= fewest) continue;
    fewest = differing.length;
    nearest = {
      field,
      asked: shown(asked.get(field), recorded.get(field)),
      recorded: shown(recorded.get(field), asked.get(field)),
    };
  }
  return nearest;
}

/** Every figure of a question by its path, in the order in which it stands there. */
function fieldsOf(
  model: string,
  system: string,
  tools: string,
  user: string,
): ReadonlyMap<string, string> {
  const fields = new Map([
    ['model', model],
    ['system', system],
    ['tools', tools],
  ]);
  for (const line of user.split('\n')) {
    const blank = line.indexOf(' ');
    const name = blank < 0 ? line : line.slice(0, blank);
    const text = line.slice(name.length + 1);
    try {
      addLeaves(fields, name, JSON.parse(text));
    } catch {
      fields.set(name, text);
    }
  }
  return fields;
}

function addLeaves(fields: Map<string, string>, path: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    fields.set(path, JSON.stringify(value));
    return;
  }
  for (const [name, each] of Object.entries(value))
    addLeaves(fields, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`, each);
}

/** A value, of a long text the part where it begins to differ. */
function shown(text: string | undefined, other: string | undefined): string {
  if (text === undefined) return MISSING;
  if (text.length <= MOST_SHOWN || other === undefined) return text.slice(0, MOST_SHOWN);
  let at = 0;
  while (at < text.length && text[at] === other[at]) at++;
  const from = Math.max(0, at - MOST_SHOWN / 4);
  return `${from > 0 ? '…' : ''}${text.slice(from, from + MOST_SHOWN)}`;
}
