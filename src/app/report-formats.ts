import type { RunResult } from '../domain/run.ts';
import { renderHtml } from '../reports/render-html.ts';
import { renderJson } from '../reports/render-json.ts';
import { renderMarkdown } from '../reports/render-markdown.ts';
import { renderText } from '../reports/render-text.ts';
import { toStats } from '../reports/to-stats.ts';

const RENDERINGS = {
  text: renderText,
  json: renderJson,
  html: renderHtml,
  md: renderMarkdown,
} as const;

export type ReportFormat = keyof typeof RENDERINGS;

/** The endings that a report file may have. */
export const REPORT_ENDINGS: readonly ReportFormat[] = ['json', 'md', 'html'];

/** The report of a finished run in a format. */
export function renderReport(result: RunResult, format: ReportFormat): string {
  return RENDERINGS[format](result, toStats(result));
}

/** The format that a report file's ending asks for. */
export function parseReportFormat(path: string): ReportFormat | undefined {
  return REPORT_ENDINGS.find((ending) => path.toLowerCase().endsWith(`.${ending}`));
}
