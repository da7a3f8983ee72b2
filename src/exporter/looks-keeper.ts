import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import { mostKeptLooks } from '../model/kept-looks.ts';
import { toPrintableJson } from '../model/printable.ts';
import type { LooksKey } from '../observe/kept-looks-folder.ts';
import { headOf, type KeptFrom, toKeptLook } from './kept-look.ts';
import type { LooksShelf } from './looks-shelf.ts';
import type { Look, ReportFailure, Subject } from './subject.ts';
import { Thinned } from './thinned.ts';

/** A file system may not answer; looks go on all the same. */
const patienceMs = 2000;

export interface KeeperOptions {
  /** Whose processes' files stay, however old. */
  living: () => readonly Subject[];
  report: ReportFailure;
  /** How long a look waits for its file. */
  patienceMs?: number;
}

/**
 * Writes what was seen of each process where it outlives it. A look that could not be kept is reported once, and nothing else comes of it.
 */
export class LooksKeeper {
  readonly #shelf: LooksShelf;
  readonly #from: KeptFrom;
  readonly #options: KeeperOptions;
  /** As JSON: of objects they would be ten times as large. */
  readonly #histories = new WeakMap<Subject, Thinned<string>>();
  #pending: Promise<void> | undefined;

  constructor(shelf: LooksShelf, from: KeptFrom, options: KeeperOptions) {
    this.#shelf = shelf;
    this.#from = from;
    this.#options = options;
  }

  /** Never rejects. While the file system does not answer, looks are not kept. */
  async keep(subject: Subject, look: Look): Promise<void> {
    const { report } = this.#options;
    if (this.#pending) return report('kept looks', 'TIMEOUT');
    const kept = this.#write(subject, look).catch((error: unknown) => {
      report('kept looks', error instanceof OffheapError ? error.code : 'WRITE_FAILED');
    });
    const pending = kept.finally(() => {
      this.#pending = undefined;
    });
    this.#pending = pending;
    const inTime = new AbortController();
    const timeUp = delay(this.#options.patienceMs ?? patienceMs, true, { signal: inTime.signal }).catch(() => false);
    const isLate = await Promise.race([pending.then(() => false), timeUp]);
    inTime.abort();
    if (isLate) report('kept looks', 'TIMEOUT');
  }

  /** When what was being written is, or will not be. */
  async settled(): Promise<void> {
    await Promise.race([this.#pending, delay(this.#options.patienceMs ?? patienceMs, undefined, { ref: false })]);
  }

  async #write(subject: Subject, look: Look): Promise<void> {
    const key = this.#keyOf(subject);
    const history = await this.#historyOf(subject, key);
    history.add(toPrintableJson(toKeptLook(look)));
    const head = toPrintableJson(headOf(subject, look, this.#from));
    const text = `${head.slice(0, -1)},"looks":[\n${history.items.join(',\n')}\n]}\n`;
    const living = () => this.#options.living().map((other) => this.#keyOf(other));
    if (!(await this.#shelf.write(key, text, living))) this.#options.report('kept looks', 'NO_ROOM');
  }

  #keyOf({ pid, startTimeTicks }: Subject): LooksKey {
    return { bootId: this.#from.bootId, pid, startTimeTicks };
  }

  /** Goes on where an exporter before this one has ended. */
  async #historyOf(subject: Subject, key: LooksKey): Promise<Thinned<string>> {
    const known = this.#histories.get(subject);
    if (known) return known;
    const kept = await this.#shelf.read(key);
    if (typeof kept === 'string') this.#options.report('kept looks', 'INVALID_FILE');
    const looks = typeof kept === 'object' ? kept.looks : [];
    const history = new Thinned(
      mostKeptLooks,
      looks.map((kept) => toPrintableJson(kept)),
    );
    this.#histories.set(subject, history);
    return history;
  }
}
