import {
  renderShadowHtml,
  renderShadowJson,
  renderShadowMarkdown,
  renderShadowText,
} from '../../reports/shadow/render-shadow.ts';
import type { ShadowResult } from '../../reports/shadow/shadow-result.ts';
import type { ReportFormat } from '../report-formats.ts';

const RENDERINGS = {
  text: renderShadowText,
  json: renderShadowJson,
  html: renderShadowHtml,
  md: renderShadowMarkdown,
} as const;

/** The report of a run beside a backtest of its day, in a format. */
export function renderShadow(result: ShadowResult, format: ReportFormat): string {
  return RENDERINGS[format](result);
}
