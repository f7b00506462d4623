import { LlmClient } from '../../adapters/llm/llm-client.ts';
import { ModelBrain } from '../../brain/model/model-brain.ts';
import type { Brain } from '../../brain/port.ts';
import type { EngineSettings } from '../../domain/settings.ts';
import { readEnvironment } from '../../platform/environment.ts';
import { redactorOf } from '../../platform/redact.ts';
import type { ModelPlan } from './plan-brain.ts';

/** The brain that asks the planned model. */
export function createModelBrain(plan: ModelPlan, settings: EngineSettings): Brain {
  const { provider, model, access, price, prompt } = plan;
  const { brain } = settings;
  return new ModelBrain({
    provider,
    model,
    settings: brain,
    profile: settings.profile,
    snapshotMs: settings.engine.snapshotMs,
    prompt,
    price,
    client: new LlmClient({
      access,
      deadlineMs: brain.deadlineMs,
      retries: brain.retries,
      redact: redactorOf({ ...readEnvironment(), API_KEY: access.apiKey ?? '' }),
    }),
  });
}
