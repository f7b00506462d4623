import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { LlmClient } from '../../../src/adapters/llm/llm-client.ts';
import type { Brain } from '../../../src/brain/port.ts';
import { Preflight } from '../../../src/brain/validation/preflight.ts';
import { PACKAGE_CONFIG_FOLDER } from '../../../src/config/config-folder.ts';
import { loadPrompt } from '../../../src/config/prompts.ts';
import { engineRig, generatedBatch, playThinking, settingsWith } from '../../support/engine-rig.ts';
import { accessTo } from '../../support/llm-client.builder.ts';
import { modelBrain } from '../../support/model-rig.ts';

const REST_BYTES = 7000;

export interface OverheadFigures {
  readonly questions: number;
  /** Context, hashes, request, reading, gate 1 and the way over the loopback interface and back, ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of it the processor's time of this thread, which does not depend on what else the machine does, ms. */
  readonly cpuP50Ms: number;
  /** A body as large sent, and the answer read, with `fetch` alone, ms: what the wire itself takes. */
  readonly wireP50Ms: number;
}

/**
 * What a decision takes beside the model's own time: a session is asked over the loopback interface, of a server in a thread of
 * its own that answers at once.
 */
export async function measureOverhead(): Promise<OverheadFigures> {
  const worker = new Worker(new URL('../../support/llm-server/server-thread.ts', import.meta.url));
  try {
    const [baseUrl] = (await once(worker, 'message')) as [string];
    const settings = settingsWith('brain.gate=0', 'brain.intervalMs=200');
    const prompt = loadPrompt(null, 'momentum', [PACKAGE_CONFIG_FOLDER]);
    const asking = modelBrain(
      new LlmClient({
        access: accessTo(baseUrl),
        deadlineMs: 5000,
        retries: 0,
        redact: (text) => text,
      }),
      settings,
      { prompt: { system: prompt.text, sha256: prompt.sha256 } },
    );
    const validator = new Preflight(settings.validation, settings.brain);
    const times: number[] = [];
    const cpu: number[] = [];
    const timed: Brain = {
      provider: asking.provider,
      model: asking.model,
      intervalMs: asking.intervalMs,
      rules: asking.rules,
      get conditions() {
        return asking.conditions;
      },
      observe: (question) => asking.observe(question),
      onOutcome: (outcome) => asking.onOutcome(outcome),
      async ask(question, id) {
        const before = performance.now();
        const used = process.threadCpuUsage();
        const answer = await asking.ask(question, id);
        const facts = { ts: question.ts, bid: null, ask: null, last: null, position: 0 };
        validator.onAnswer(answer.calls, { ...facts, tickNanos: question.tickNanos });
        times.push(performance.now() - before);
        const { user, system } = process.threadCpuUsage(used);
        cpu.push((user + system) / 1000);
        return answer;
      },
    };
    const { engine } = engineRig({ settings, brain: timed });
    await playThinking(engine, generatedBatch(40_000, 3));
    // the first ones pay for compilation and connection
    const steady = times.slice(100).sort((a, b) => a - b);
    const steadyCpu = cpu.slice(100).sort((a, b) => a - b);
    return {
      questions: steady.length,
      p50Ms: quantile(steady, 0.5),
      p99Ms: quantile(steady, 0.99),
      cpuP50Ms: quantile(steadyCpu, 0.5),
      wireP50Ms: await wireMs(baseUrl, prompt.text),
    };
  } finally {
    await worker.terminate();
  }
}

async function wireMs(baseUrl: string, text: string): Promise<number> {
  const times: number[] = [];
  // what a question has beside the prompt: tools and message
  const body = JSON.stringify({ model: 'm', text, rest: 'x'.repeat(REST_BYTES) });
  for (let i = 0; i < 500; i++) {
    const before = performance.now();
    const answer = await fetch(`${baseUrl}/chat/completions`, { method: 'POST', body });
    await answer.json();
    times.push(performance.now() - before);
  }
  return quantile(
    times.slice(100).sort((a, b) => a - b),
    0.5,
  );
}

function quantile(sorted: readonly number[], share: number): number {
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return Math.round((sorted[at] ?? Number.NaN) * 1000) / 1000;
}
