import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LlmServer } from '../../support/llm-server/llm-server.ts';
import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';
import { measureOverhead } from './decision-overhead.ts';
import { FAULT_ROWS, playFault, WIRE_FORMS } from './fault-rows.ts';
import { fuzz } from './fuzz.ts';
import { fuzzOverWire } from './fuzz-over-wire.ts';
import { playRecordedDay } from './recorded-day.ts';

/** Of so many fuzzed answers one goes over the wire. */
const WIRE_SHARE = 100;
const MOST_OVER_WIRE = 5000;
/** From so many answers on a whole day is recorded, too, which takes half a minute and more. */
const LONG_COUNT = 100_000;

/**
 * Fuzzes `count` answers through the reading of both interfaces and both gates, a share of them over the wire through the whole
 * engine, plays every row of the provider's faults in every wire form, measures what a decision takes beside the model, and records
 * and replays a whole day.
 * What passes is judged by a second reading of the same text.
 */
export async function proveBrain({ count, seed, say }: ProofOptions): Promise<ProofResult> {
  const violations = new Violations(say);
  const { passed, denied } = fuzz(count, seed, violations);
  say(
    `${count} answers in memory: passed ${JSON.stringify(passed)}, denied ${JSON.stringify(denied)}`,
  );
  const server = await LlmServer.start();
  try {
    const most = Math.min(MOST_OVER_WIRE, Math.ceil(count / WIRE_SHARE));
    const wire = await fuzzOverWire(most, seed, server, violations);
    say(`${wire.asked} over the wire: ${wire.acted} acted, the slowest took ${wire.slowestMs} ms`);
    let rows = 0;
    for (const row of FAULT_ROWS) {
      for (const form of WIRE_FORMS) {
        if (row.onlyStreaming === true && !form.isStreaming) continue;
        rows++;
        for (const problem of await playFault(row, form, server))
          violations.note(`${row.name}, ${form.api}, streaming ${form.isStreaming}: ${problem}`);
      }
    }
    say(`${FAULT_ROWS.length} faults in ${rows} wire forms`);
    const overhead = await measureOverhead();
    say(
      `a decision beside the model: p50 ${overhead.p50Ms} ms, p99 ${overhead.p99Ms} ms, processor p50 ${overhead.cpuP50Ms} ms; the wire alone p50 ${overhead.wireP50Ms} ms`,
    );
    const day = count < LONG_COUNT ? undefined : await recordedDay(violations);
    say(
      day === undefined
        ? `no LOBSTER day is at hand to be recorded and replayed, or fewer than ${LONG_COUNT} answers`
        : `a LOBSTER day: ${day.questions} questions recorded, ${day.trades} trades, replayed with nobody there`,
    );
    return {
      violations: violations.count,
      passed,
      denied,
      wire,
      faults: rows,
      overhead,
      day: day ?? null,
    };
  } finally {
    await server.close();
  }
}

async function recordedDay(violations: Violations): ReturnType<typeof playRecordedDay> {
  const folder = mkdtempSync(join(tmpdir(), 'fsd-tui-prove-'));
  try {
    return await playRecordedDay(folder, violations);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
