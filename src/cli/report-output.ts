import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseReportFormat, REPORT_ENDINGS, type ReportFormat } from '../app/report-formats.ts';
import type { Arguments } from './arguments.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** How a report comes out: to stdout in a format, or to a file whose name says it. */
export const REPORT_OPTIONS = {
  json: { type: 'flag', help: 'as one JSON object' },
  format: {
    type: 'text',
    help: 'text, json, md or html',
    otherwise: 'text',
    choices: ['text', 'json', 'md', 'html'],
  },
  report: { type: 'text', help: 'write it to this file instead: .json, .md or .html' },
} as const;

/** Where a report goes, by the options above. */
export interface ReportOutput {
  readonly format: ReportFormat;
  write(text: string): void;
}

/** @throws {UsageError} If the options contradict each other, or a file's name says no format. */
export function reportOutputOf(given: Arguments, terminal: Terminal): ReportOutput {
  given.exclusive('json', 'format', 'report');
  const path = given.text('report');
  if (path === undefined) {
    const format = given.parsed('format', 'text, json, md or html', (text) =>
      text === 'text' ? ('text' as const) : parseReportFormat(`.${text}`),
    );
    return {
      format: given.flag('json') ? 'json' : (format ?? 'text'),
      write(text) {
        terminal.stdout.write(text);
      },
    };
  }
  const format = parseReportFormat(path);
  if (format === undefined)
    throw new UsageError(
      `--report: found "${path}", expected a file that ends in .${REPORT_ENDINGS.join(', .')}`,
    );
  return { format, write: (text) => writeFileSync(resolve(terminal.workingFolder, path), text) };
}
