import { canonicalJson } from '../domain/canonical-json.ts';
import type { EngineSettings } from '../domain/settings.ts';
import { sha256Of } from '../platform/sha256.ts';
import type { Config } from './schema.ts';

/** What the engine runs on: all settings but those of screen, folders and replay speed. */
export function toEngineSettings(config: Config): EngineSettings {
  const { book, tape, footprint, cvd, volumeProfile, absorption, metrics } = config;
  return {
    seed: config.seed,
    engine: config.engine,
    analyzers: { book, tape, footprint, cvd, volumeProfile, absorption, metrics },
    brain: config.brain,
    validation: config.validation,
    profile: config.profile,
    risk: config.risk,
    execution: config.execution,
    latency: config.latency,
    account: config.account,
  };
}

/** SHA-256 of the settings' canonical JSON, 64 hex digits: equal for equal settings, wherever they came from. */
export function configSha256Of(settings: EngineSettings): string {
  return sha256Of(canonicalJson(settings));
}
