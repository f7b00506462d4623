import { ConfigError, type ConfigProblem } from '../../config/config-error.ts';
import type { LatencySettings } from '../../domain/settings.ts';
import { NS_PER_MS } from '../../domain/time.ts';
import { openPlanned } from '../open-planned.ts';
import type { RunPlan } from '../run-plan.ts';
import { windowOf } from '../session-window.ts';
import { VenueMarket } from './venue-market.ts';
import { VenueServer } from './venue-server.ts';

/** Two clocks that are kept together by the latency need some. */
const LEAST_NS = 1_000;

/** What a venue has to know of a run: the trader has to be started with the same. */
export type VenuePlan = Pick<RunPlan, 'session' | 'files' | 'compiled' | 'symbol' | 'from' | 'to'>;

/**
 * Starts a simulated venue that works one run's orders, and lets it listen. Resolves when it does.
 *
 * @param path A Unix socket, whose file is made, or a port of this machine.
 * @throws {ConfigError} If the latency is drawn or nothing: the two clocks are kept together by it.
 */
export async function startVenue(plan: VenuePlan, path: string): Promise<VenueServer> {
  const { latency } = plan.session.settings;
  const problem = latencyProblem(latency);
  if (problem !== undefined) throw new ConfigError([problem]);
  const feed = await openPlanned(plan);
  const market = new VenueMarket({ session: plan.session, feed, window: windowOf(plan) });
  const server = new VenueServer(market, latency);
  await server.listen(path);
  return server;
}

/** Why a venue in another process cannot have such a latency; `undefined`: it can. */
export function latencyProblem(latency: LatencySettings): ConfigProblem | undefined {
  const where = 'a venue in a process of its own';
  if (latency.model !== 'constant')
    return { where, key: 'latency.model', found: latency.model, allowed: 'constant' };
  for (const name of ['orderMs', 'reportMs'] as const) {
    const found = latency[name];
    if (found * NS_PER_MS < LEAST_NS)
      return { where, key: `latency.${name}`, found: `${found}`, allowed: '0.001 or more' };
  }
  return undefined;
}
