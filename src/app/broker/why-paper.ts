import { once } from 'node:events';
import { connect } from 'node:net';
import type { ResolvedConfig } from '../../config/load-config.ts';
import { recordedRuns } from '../../journal/store/run-index.ts';
import { readSummary } from '../../journal/store/sqlite-journal.ts';
import { gatewayPlaceOf } from './plan-broker.ts';

const PATIENCE_MS = 500;
const DAY_MS = 86_400_000;

/**
 * Why a run that names no mode is to be a paper run, in words: a gateway listens, somebody has set one up, or a paper run of the last day
 * did not come to its end and may have left something at the broker. `undefined`: nothing speaks for it.
 */
export async function whyPaper(settings: ResolvedConfig): Promise<string | undefined> {
  const isSetUp = [...settings.origins].some(
    ([key, origin]) => key.startsWith('broker.') && origin !== 'built-in',
  );
  if (isSetUp) return 'settings of the broker are given';
  if (hasLeftRun(settings.config.paths.logs, Date.now()))
    return 'an earlier paper run may have left something at the broker';
  const { host, port } = gatewayPlaceOf(settings, 'paper');
  return (await isListening(host, port)) ? `something listens at ${host}:${port}` : undefined;
}

function hasLeftRun(logsFolder: string, nowMs: number): boolean {
  return recordedRuns(logsFolder).some(({ path, modifiedMs }) => {
    if (nowMs - modifiedMs > DAY_MS) return false;
    try {
      const { header, outcome } = readSummary(path);
      return header['mode'] === 'paper' && outcome === undefined;
    } catch {
      // what cannot be read at all is listed by `runs`
      return false;
    }
  });
}

async function isListening(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
