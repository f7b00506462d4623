import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { RunPlan } from '../../../src/app/run-plan.ts';

/** What a trader's or a venue's process of the crash proof is started with: a file, by its only argument. */
export interface CrashPlan {
  readonly plan: RunPlan;
  /** The process dies at this passing of a fault point; 0: it lives. */
  readonly dieAt: number;
}

export function writePlan(path: string, plan: CrashPlan): void {
  writeFileSync(path, serialize(plan));
}

export function readPlan(path: string): CrashPlan {
  return deserialize(readFileSync(path)) as CrashPlan;
}

/** What a trader's process prints when it has come to its end. */
export interface TraderOutcome {
  readonly failure: string | undefined;
  /** Fault points passed. */
  readonly passed: number;
  readonly journalSha256: string | undefined;
  readonly position: number | undefined;
  readonly trades: number | undefined;
  readonly netPl: number | undefined;
  readonly halted: string | null | undefined;
  readonly warnings: readonly string[] | undefined;
  readonly alarms: readonly string[];
}
