import { LlmClient, type LlmClientOptions } from '../../src/adapters/llm/llm-client.ts';
import type { ProviderAccess } from '../../src/adapters/llm/provider-access.ts';
import type { ModelRequest } from '../../src/brain/model/port.ts';

/** How the loopback server is reached. */
export function accessTo(baseUrl: string, changes: Partial<ProviderAccess> = {}): ProviderAccess {
  return {
    provider: 'compatible',
    baseUrl,
    apiKey: 'key-of-the-test',
    api: 'chat',
    hasToolChoice: true,
    hasStrictTools: true,
    limitName: 'max_completion_tokens',
    maxOutputTokens: 2000,
    reasoningEffort: null,
    isStreaming: false,
    ...changes,
  };
}

export function clientTo(
  baseUrl: string,
  access: Partial<ProviderAccess> = {},
  options: Partial<Omit<LlmClientOptions, 'access'>> = {},
): LlmClient {
  return new LlmClient({
    access: accessTo(baseUrl, access),
    deadlineMs: 2000,
    retries: 0,
    redact: (text) => text,
    ...options,
  });
}

export const REQUEST: ModelRequest = {
  decisionId: 'D1',
  model: 'a-model',
  system: 'You trade.',
  user: 'HISTORY []\nCONDITIONS {}\nACCOUNT_STATE {}\nACTIVE_ORDERS []\nMARKET_STATE {}',
  answers: 'tools',
};
