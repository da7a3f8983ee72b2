import { existsSync } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const intervalMs = 1000;
const pageName = /^(\d+)-\d+\.counters$/;

/**
 * Removes the counter pages that processes of a program have left in its folder when they ended: each is 4 KiB or more of memory, charged to the program's own
 * group, and a script may start thousands. Only the measured process's page is read, and that is open by then, so that its name may go as well.
 *
 * A process in a pid namespace of its own may be taken for one that has ended: it goes on counting, into a page without a name.
 */
export class PageSweeper {
  readonly #folder: string;
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    this.#timer = setInterval(() => {
      this.#sweeping = this.#sweeping.then(() => sweep(this.#folder));
    }, intervalMs);
    this.#timer.unref();
  }

  /** Resolves when nothing is removed any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }
}

/** Returns how many pages were removed. */
export async function sweep(folder: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = pageName.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await unlink(join(folder, name)).then(
      () => removed++,
      () => {},
    );
  }
  return removed;
}
