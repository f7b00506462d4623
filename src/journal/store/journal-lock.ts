import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Says that a process writes a journal: SQLite's lock of a small file beside it, which the operating system takes back when the
 * process ends, however it ends. Readers of the journal itself are not kept away.
 */
export class JournalLock {
  readonly #path: string;
  readonly #holder: DatabaseSync;

  private constructor(path: string, holder: DatabaseSync) {
    this.#path = path;
    this.#holder = holder;
  }

  /** @throws {Error} If another process has it, or its file cannot be made. */
  static take(journal: string): JournalLock {
    const path = `${journal}-lock`;
    const holder = new DatabaseSync(path);
    try {
      // without a rollback file beside it: nothing is ever written
      holder.exec('pragma journal_mode = memory; begin exclusive');
      return new JournalLock(path, holder);
    } catch (error) {
      holder.close();
      throw error;
    }
  }

  /** Whether a process has it. */
  static isTaken(journal: string): boolean {
    try {
      JournalLock.take(journal).release();
      return false;
    } catch {
      return true;
    }
  }

  release(): void {
    // the file goes first: whoever comes now makes a new one
    rmSync(this.#path, { force: true });
    this.#holder.close();
  }
}
