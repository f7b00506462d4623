import type { SessionTime } from '../../domain/time.ts';
import type { Run, ShadowDifference } from './shadow-report.ts';

type Added = Omit<ShadowDifference, 'number' | 'cause'> & {
  readonly cause?: number | undefined;
  /** The episodes that it is about, of either run. */
  readonly episodes: readonly { readonly run: Run; readonly id: string }[];
};

/** The differences found so far, numbered as they come. */
export class DifferenceList {
  readonly #all: ShadowDifference[] = [];
  readonly #byEpisode = new Map<string, number>();

  /** Returns its number. */
  add({ episodes, cause, ...difference }: Added): number {
    const number = this.#all.length + 1;
    this.#all.push({ number, ...difference, cause: cause ?? null });
    for (const { run, id } of episodes) {
      const key = keyOf(run, id);
      if (!this.#byEpisode.has(key)) this.#byEpisode.set(key, number);
    }
    return number;
  }

  /** The first one about an episode. */
  ofEpisode(run: Run, id: string): number | undefined {
    return this.#byEpisode.get(keyOf(run, id));
  }

  /** The latest one so far. */
  get last(): number | undefined {
    return this.#all.at(-1)?.number;
  }

  lastBefore(at: SessionTime): number | undefined {
    return this.#all.findLast((each) => each.at <= at)?.number;
  }

  get all(): readonly ShadowDifference[] {
    return this.#all;
  }
}

/** Both runs may call theirs the same. */
function keyOf(run: Run, id: string): string {
  return `${run} ${id}`;
}
