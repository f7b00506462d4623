import { LlmClient } from '../../adapters/llm/llm-client.ts';
import { askedSettingsOf } from '../../brain/cassette/cassette-line.ts';
import { RecordingClient } from '../../brain/cassette/recording-client.ts';
import { ReplayClient } from '../../brain/cassette/replay-client.ts';
import { KeepingClient, type TextKeeper } from '../../brain/model/keeping-client.ts';
import { ModelBrain } from '../../brain/model/model-brain.ts';
import type { ModelClient } from '../../brain/model/port.ts';
import { RememberingClient } from '../../brain/model/remembering-client.ts';
import type { Brain } from '../../brain/port.ts';
import type { BrainSettings, EngineSettings } from '../../domain/settings.ts';
import { readEnvironment } from '../../platform/environment.ts';
import { type Redact, redactorOf } from '../../platform/redact.ts';
import { sha256Of } from '../../platform/sha256.ts';
import { CassetteWriter, readCassette } from '../cassette-file.ts';
import type { ModelPlan } from './plan-brain.ts';

/** Whoever answers for a plan, and what of it has to be closed. */
export interface PlannedClient {
  readonly client: ModelClient;
  readonly close: () => void;
}

/**
 * The client that a plan asks: its provider or its cassette, recorded where that is wanted.
 *
 * @throws {CassetteError} If the cassette cannot be read, or the recording not be begun.
 */
export async function createClient(plan: ModelPlan, brain: BrainSettings): Promise<PlannedClient> {
  const redact = redactorFor(plan);
  const inner: ModelClient =
    plan.answeredBy.type === 'cassette'
      ? new ReplayClient(await readCassette(plan.answeredBy.path), sha256Of)
      : new LlmClient({
          access: plan.answeredBy.access,
          deadlineMs: brain.deadlineMs,
          retries: brain.retries,
          redact,
        });
  if (plan.recordFile === undefined) return { client: inner, close: () => undefined };
  const writer = new CassetteWriter(plan.recordFile);
  const { provider, model } = plan;
  const client = new RecordingClient({
    inner,
    header: { provider, model, settings: askedSettingsOf(brain) },
    redact,
    sha256: sha256Of,
    write: (lines) => writer.write(lines),
  });
  return { client, close: () => writer.close() };
}

/** The brain that asks the planned model, and keeps what it was asked and answered. */
export async function createModelBrain(
  plan: ModelPlan,
  settings: EngineSettings,
  keeper: TextKeeper,
): Promise<{ readonly brain: Brain; readonly close: () => void }> {
  const { provider, model, price, prompt } = plan;
  const { client, close } = await createClient(plan, settings.brain);
  const brain = new ModelBrain({
    provider,
    model,
    settings: settings.brain,
    profile: settings.profile,
    snapshotMs: settings.engine.snapshotMs,
    prompt,
    price,
    client: new RememberingClient(
      new KeepingClient({ inner: client, keeper, sha256: sha256Of, redact: redactorFor(plan) }),
      sha256Of,
    ),
  });
  return { brain, close };
}

function redactorFor({ answeredBy }: ModelPlan): Redact {
  const key = answeredBy.type === 'provider' ? answeredBy.access.apiKey : null;
  return redactorOf({ ...readEnvironment(), API_KEY: key ?? '' });
}
