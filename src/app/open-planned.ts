import { openCompiledFeed } from '../adapters/compiled/compiled-feed.ts';
import type { Feed } from '../feeds/port.ts';
import { openGeneratedFeed } from './generated-feed.ts';
import type { RunPlan } from './run-plan.ts';
import { openSessionFeed } from './session-setup.ts';

/** Opens the market data of a plan. */
export async function openPlanned({
  files,
  compiled,
  symbol,
  session,
}: Pick<RunPlan, 'session' | 'files' | 'compiled' | 'symbol'>): Promise<Feed> {
  if (files.length === 0) return openGeneratedFeed(session);
  if (compiled !== undefined) return openCompiledFeed(compiled, files);
  return openSessionFeed(files, symbol);
}
