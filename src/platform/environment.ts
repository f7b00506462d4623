/** Environment variables by name; what is not set is not there. */
export type Environment = Readonly<Record<string, string>>;

/** The process's environment, as it is now: the one place that reads it. */
export function readEnvironment(): Environment {
  const result: Record<string, string> = {};
  // biome-ignore lint/style/noProcessEnv: everyone else takes an Environment as an argument
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) result[name] = value;
  }
  return result;
}
