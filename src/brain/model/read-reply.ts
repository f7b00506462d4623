import { parseCommand } from '../language/parse-command.ts';
import type { Answer } from '../port.ts';
import type { AnswerForm, ModelReply } from './port.ts';

const THINK = '<think>';
const THINK_END = '</think>';

/**
 * What of a reply goes on to gate 1: the form that was asked for, and nothing of the other. Pure, and never a guess.
 *
 * @param size What an entry of the command language buys or sells.
 */
export function readReply(
  reply: Pick<ModelReply, 'text' | 'calls' | 'code' | 'figures'>,
  answers: AnswerForm,
  size: number,
): Pick<Answer, 'calls' | 'code' | 'figures'> {
  const { code, text, figures, calls } = reply;
  if (answers === 'language') {
    if (code !== null) return { calls: [], code, figures };
    const parsed = parseCommand(text ?? '', size);
    return { calls: parsed.calls, code: parsed.code, figures: parsed.figures };
  }
  if (code !== null) return { calls, code, figures };
  if (text !== null && text.lastIndexOf(THINK) > text.lastIndexOf(THINK_END))
    return { calls, code: 'CUT_OFF', figures: { reason: 'think never closed' } };
  const [call] = calls;
  // the schema that was offered has no null: only the command language leaves the conviction out
  if (call !== undefined && calls.length === 1 && hasNullConviction(call.arguments))
    return { calls, code: 'BAD_ARGUMENTS', figures: { problem: 'conviction: null' } };
  return { calls, code: null, figures: null };
}

function hasNullConviction(args: unknown): boolean {
  return (
    typeof args === 'object' && args !== null && 'conviction' in args && args.conviction === null
  );
}
