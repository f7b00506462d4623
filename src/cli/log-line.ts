/** What `logs` can be narrowed to. */
export const LOG_KINDS = ['decision', 'order', 'trade'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

/** A line of the decision or the trade log, as far as it is needed to choose and to show it. */
export interface LogLine {
  readonly kind: LogKind;
  readonly run: string;
  readonly ts: string;
  readonly text: string;
  /** As it stands in the file. */
  readonly raw: string;
}

const REWOUND = 'the run went back and took another way: its later lines above do not stand';

type Fields = Readonly<Record<string, unknown>>;

/** Reads a line of `decisions-….jsonl` or `trades-….jsonl`. Returns `undefined` for what is no such line. */
export function parseLogLine(raw: string): LogLine | undefined {
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const fields = json as Fields;
  const { run, ts, kind } = fields;
  if (typeof run !== 'string' || typeof ts !== 'string') return undefined;
  if (kind === 'order') return { kind: 'order', run, ts, text: orderText(fields), raw };
  // a fill is part of a trade
  if (kind === 'fill') return { kind: 'trade', run, ts, text: fillText(fields), raw };
  if (kind === 'trade') return { kind: 'trade', run, ts, text: tradeText(fields), raw };
  if (kind === 'rewound') return { kind: 'order', run, ts, text: REWOUND, raw };
  if (kind === undefined && typeof fields['tool'] === 'string') {
    return { kind: 'decision', run, ts, text: decisionText(fields), raw };
  }
  return undefined;
}

/** One line for people: time (UTC), kind, what happened. */
export function formatLogLine(line: LogLine): string {
  // what came from outside must not move the cursor
  return `${line.ts.slice(11, 23)}  ${line.kind.padEnd(8)}  ${line.text}`.replace(/\p{C}/gu, ' ');
}

function decisionText(fields: Fields): string {
  const answer = objectIn(fields, 'answer');
  const calledArguments = answer === undefined ? undefined : answer['arguments'];
  const call =
    answer === undefined
      ? textIn(fields, 'tool')
      : `${textIn(answer, 'tool')}${argumentText(calledArguments)}`;
  const code = fields['code'];
  const verdict =
    typeof code === 'string' ? `  refused: ${code}${figureText(objectIn(fields, 'figures'))}` : '';
  const id = typeof fields['id'] === 'string' ? `${fields['id']} ` : '';
  return `${id}${textIn(fields, 'provider')}  ${call}${verdict}`;
}

function orderText(fields: Fields): string {
  const terms = ['side', 'quantity', 'type', 'price', 'stopPrice', 'role', 'reason'].flatMap(
    (name) =>
      fields[name] === undefined
        ? []
        : [name === 'stopPrice' ? `stop ${textIn(fields, name)}` : textIn(fields, name)],
  );
  return [textIn(fields, 'id'), textIn(fields, 'what'), ...terms].join(' ');
}

function fillText(fields: Fields): string {
  return `${textIn(fields, 'id')} filled ${textIn(fields, 'side')} ${textIn(fields, 'quantity')} at ${textIn(fields, 'price')}`;
}

function tradeText(fields: Fields): string {
  return [
    `${textIn(fields, 'side')} ${textIn(fields, 'quantity')}`,
    `${textIn(fields, 'entryPrice')} → ${textIn(fields, 'exitPrice')}`,
    `(${textIn(fields, 'exitReason')})`,
    `net ${textIn(fields, 'netPl')} $`,
  ].join(' ');
}

function argumentText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { reasoning, ...figures } = value as Fields;
  const figureList = Object.entries(figures).map(([name, figure]) => `${name} ${plain(figure)}`);
  const why = typeof reasoning === 'string' && reasoning !== '' ? `  “${reasoning}”` : '';
  return `(${figureList.join(', ')})${why}`;
}

function figureText(figures: Fields | undefined): string {
  if (figures === undefined) return '';
  return ` (${Object.entries(figures)
    .map(([name, figure]) => `${name} ${plain(figure)}`)
    .join(', ')})`;
}

function objectIn(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

function textIn(fields: Fields, name: string): string {
  return plain(fields[name]);
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '–');
}
