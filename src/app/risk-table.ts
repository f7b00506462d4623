import type { RiskSettings } from '../domain/settings.ts';
import { RISK_CHECKS } from '../risk/risk-checks.ts';

/** A check of gate 2 for people: its limits are settings under `risk.` with their values. */
export interface RiskLine {
  readonly code: string;
  readonly limits: Readonly<Record<string, number | string | boolean>>;
  readonly denies: string;
  /** Whether it holds back orders that only reduce the position, too. */
  readonly holdsExits: boolean;
}

/** Every check in the order asked, with the limits of these settings. */
export function riskLines(settings: RiskSettings): readonly RiskLine[] {
  return RISK_CHECKS.map(({ code, limits, denies, holdsExits }) => ({
    code,
    limits: Object.fromEntries(limits.map((name) => [`risk.${name}`, settings[name]])),
    denies,
    holdsExits: holdsExits === true,
  }));
}

/** The checks as text for a terminal. */
export function renderRisk(settings: RiskSettings): string {
  const lines = [
    'Gate 2, before every order, in this order. Orders that only reduce pass but where said.',
    '',
  ];
  for (const { code, limits, denies } of riskLines(settings)) {
    const values = Object.entries(limits).map(([name, value]) => `${name} ${String(value)}`);
    lines.push(`${code.padEnd(15)} ${denies}`);
    if (values.length > 0) lines.push(`${' '.repeat(16)}${values.join(', ')}`);
  }
  if (!settings.enabled)
    lines.push('', 'risk.enabled is false: only NOT_CONNECTED and RECONCILING count.');
  return `${lines.join('\n')}\n`;
}

/** The rows of the README's table. */
export function riskRows(): readonly string[] {
  return RISK_CHECKS.map(({ code, limits, denies }) => {
    const names = limits.map((name) => `\`risk.${name}\``).join(', ');
    return `| \`${code}\` | ${denies} | ${names === '' ? '–' : names} |`;
  });
}
