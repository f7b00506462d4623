/**
 * A host of local models as Ollama is one: what is installed, what is loaded and with how much context, and what happens to a
 * prompt that does not fit (ollama/ollama issues 17427 and 17889, pull request 16428).
 */
export interface OllamaHost {
  readonly installed: readonly string[];
  /** What a model is loaded with, tokens; a test may change it while the model is loaded. */
  contextTokens: number;
  /** `null`: nothing is loaded. */
  loaded: string | null;
  /** From the disk, ms. */
  readonly loadingMs: number;
  /** Words of a model that cannot be loaded. */
  readonly loadingError?: string;
  /** Tells `context_length` in `/api/ps`, which old versions do not. */
  readonly tellsContext?: boolean;
  /** What is too long is refused, not cut. */
  readonly refusesLong?: boolean;
  /** Counts tokens of the prompt that were cached, as all versions but a few do. */
  readonly countsCached?: boolean;
}

export function ollamaHost(changes: Partial<OllamaHost> = {}): OllamaHost {
  return {
    installed: ['qwen3:8b'],
    contextTokens: 16_384,
    loaded: null,
    loadingMs: 5,
    tellsContext: true,
    countsCached: true,
    ...changes,
  };
}

/** Characters that make a token. Its tokens are those of this host, not those of the program's estimate. */
const TOKEN_CHARACTERS = 3.4;

export function tokensIn(text: string): number {
  return Math.ceil(text.length / TOKEN_CHARACTERS);
}

/** What is left of a prompt, and how many tokens of it are counted. `null`: it is refused. */
export function takenIn(
  host: OllamaHost,
  prompt: string,
  cached: string,
): { readonly prompt: string; readonly tokens: number } | null {
  const tokens = tokensIn(prompt);
  if (tokens > host.contextTokens) {
    if (host.refusesLong === true) return null;
    const left = Math.floor(host.contextTokens / 2) + 2;
    return { prompt: prompt.slice(-Math.floor(left * TOKEN_CHARACTERS)), tokens: left };
  }
  if (host.countsCached === true) return { prompt, tokens };
  let same = 0;
  while (same < prompt.length && prompt[same] === cached[same]) same++;
  return { prompt, tokens: Math.max(1, tokensIn(prompt.slice(same))) };
}

/** The body of `GET /api/ps`. */
export function runningModels(host: OllamaHost): Record<string, unknown> {
  const { loaded, contextTokens, tellsContext } = host;
  if (loaded === null) return { models: [] };
  const model = {
    name: loaded,
    model: loaded,
    size: 6_591_830_464,
    digest: 'c6eb396dbd59',
    details: { format: 'gguf', family: 'qwen3' },
    expires_at: '2025-10-17T16:47:07.93355-07:00',
    size_vram: 5_333_539_264,
    ...(tellsContext === true ? { context_length: contextTokens } : {}),
  };
  return { models: [model] };
}
