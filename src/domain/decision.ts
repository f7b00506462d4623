/** The tools a brain may call, by their public names. Prices are dollars as in MARKET_STATE. */
export type ToolCall =
  | {
      readonly tool: 'enter_long' | 'enter_short';
      readonly arguments: {
        readonly limit_price: number;
        readonly stop_loss: number;
        readonly profit_target: number;
        readonly size: number;
        readonly conviction: number | null;
        readonly reasoning: string;
      };
    }
  | {
      readonly tool: 'update_stop' | 'update_target';
      readonly arguments: { readonly new_price: number; readonly reasoning: string };
    }
  | {
      readonly tool: 'exit_position' | 'cancel_all' | 'wait';
      readonly arguments: { readonly reasoning: string };
    };

export type ToolName = ToolCall['tool'];

/** Why a call did not take effect, with the figures behind it. Codes are public: spec "decisions", gates 1 and 2. */
export interface Denial {
  readonly code: string;
  readonly figures: Readonly<Record<string, number | string | null>>;
}

/** How long each entry condition has held, in snapshots; 0 is false. */
export interface ConditionCounts {
  readonly long: Readonly<Record<string, number>>;
  readonly short: Readonly<Record<string, number>>;
}

/** A line of the decision log, as the public file has it. */
export interface DecisionRecord {
  readonly run: string;
  readonly id: string;
  readonly ts: string;
  readonly effectTs: string | null;
  readonly provider: string;
  readonly model: string | null;
  readonly asked: boolean;
  readonly attempts: number;
  readonly latencyMs: number | null;
  readonly promptSha256: string | null;
  readonly requestSha256: string | null;
  readonly answerSha256: string | null;
  readonly tokens: {
    readonly input: number;
    readonly cached: number;
    readonly output: number;
    readonly reasoning: number;
  } | null;
  readonly costUsd: number | null;
  readonly answer: { readonly tool: string; readonly arguments: unknown } | null;
  readonly tool: ToolName;
  readonly code: string | null;
  readonly figures: Denial['figures'] | null;
  readonly orders: readonly { readonly id: string; readonly role: string }[];
  readonly conditions: ConditionCounts | null;
}
