/** Which of a provider's two interfaces is spoken. */
export type ApiForm = 'chat' | 'responses';

/** How one provider is reached, and what it understands. */
export interface ProviderAccess {
  readonly provider: string;
  /** Ends in the version, e.g. https://api.x.ai/v1. */
  readonly baseUrl: string;
  /** This provider's own; `null`: none is sent. */
  readonly apiKey: string | null;
  readonly api: ApiForm;
  /** Understands `tool_choice: required`. */
  readonly hasToolChoice: boolean;
  /** Understands `strict` schemas and `parallel_tool_calls: false`. */
  readonly hasStrictTools: boolean;
  /** What the limit of an answer's tokens is called in chat completions. */
  readonly limitName: 'max_tokens' | 'max_completion_tokens';
  readonly maxOutputTokens: number;
  /** `null`: not told, the model's own. */
  readonly reasoningEffort: string | null;
  /** The answer comes as a stream of events. */
  readonly isStreaming: boolean;
}
