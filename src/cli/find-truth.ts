import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const ENDINGS = ['.dbn.zst', '.dbn', '.csv'];

/** The file of ten levels beside a market-by-order file, named alike: `x.mbo.dbn.zst` has `x.mbp-10.dbn.zst`, or .csv. */
export function findDepthFile(path: string): string | undefined {
  const stem = basename(path).replace(/\.dbn(?:\.zst)?$/, '');
  if (!stem.includes('mbo')) return undefined;
  return ENDINGS.map((ending) => join(dirname(path), stem.replace('mbo', 'mbp-10') + ending)).find(
    (each) => existsSync(each),
  );
}

/** The orderbook file that LOBSTER gives with a message file; of a zip it is inside. */
export function lobsterCompanion(path: string): string {
  return join(dirname(path), basename(path).replace('_message_', '_orderbook_'));
}
