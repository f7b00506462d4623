/** The engine's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { playRun } from './play-run.ts';
import type { RunPlan } from './run-plan.ts';

if (parentPort !== null) await playRun(parentPort, workerData as RunPlan);
