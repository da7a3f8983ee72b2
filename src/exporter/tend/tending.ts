import { isGone, OffheapError } from '../../model/errors.ts';
import type { TendEvent } from '../../model/tend.ts';
import { requireSame } from '../../observe/identity.ts';
import { pageSizeBytes } from '../../process/page-map.ts';
import { heldRssBytes, purgeableBytes } from '../../stats/allocator-idle.ts';
import { expectedTrimMs } from '../../stats/trim-cost.ts';
import { readPulse } from '../candidates.ts';
import type { LookContext, LookKind } from '../look-kind.ts';
import type { Look, Subject, Tended, Turn } from '../subject.ts';
import { newTurn } from '../turns.ts';
import { askServing, findWay, type GiveBackOptions, giveBack } from './give-back.ts';
import { Keeping, type TendRules } from './keeping.ts';
import { keptBy, nothingKept } from './kept.ts';
import type { Teller } from './way.ts';

export interface TendOptions extends TendRules {
  /** Has a JVM load the agent where nothing else can tell its allocator. */
  loadsAgent: boolean;
  /** Tells nobody anything. */
  isDryRun: boolean;
}

/** Whoever hears of what was done. */
export type HearTend = (event: TendEvent) => void;

type Found = Omit<TendEvent, 'schemaVersion' | 'at' | 'pid' | 'name' | 'allocator'>;

/** For each thing that a JVM is told or asked; there are two at most in a turn, whose time is up after 10 s. */
const timeoutMs = 4500;
/** What the first trim is expected to cost this process: two readings and a request. */
const costMs = 10;
/** An older look is no ground for a trim: what it saw idle may be in use by now. */
const freshMs = 10_000;

/** Has processes give back what their allocators keep idle: one at a time, in its turn among the looks, when whole looks have shown that it is due. */
export class Tending implements LookKind {
  readonly instrument = 'tend';
  readonly intervalMs: number;
  readonly #options: TendOptions;
  readonly #hear: HearTend;

  constructor(options: TendOptions, hear: HearTend) {
    this.intervalMs = options.everyMs;
    this.#options = options;
    this.#hear = hear;
  }

  turnOf(subject: Subject): Turn | undefined {
    const { look } = subject;
    if (!look) return undefined;
    subject.tended ??= { keeping: new Keeping(this.#options), turn: newTurn(costMs), state: 'little', kept: nothingKept };
    const { tended } = subject;
    const { keeping, turn, way } = tended;
    if (look !== tended.seen) see(subject.pid, tended, look);
    const now = performance.now();
    const state = keeping.stateAt(now, tended.kept.expectedMs);
    tended.state = state === 'due' && way && 'refusal' in way ? 'refused' : state;
    const { checkAtMs } = keeping;
    if (checkAtMs !== undefined) return Object.assign(turn, { dueAt: checkAtMs });
    if (tended.state !== 'due') return undefined;
    // Before those that wait for a look: the one that it rests on does not stay true.
    if (isFresh(look)) return Object.assign(turn, { dueAt: 0, isTried: true });
    subject.turn.dueAt = Math.min(subject.turn.dueAt, now);
    return undefined;
  }

  async look(subject: Subject, { signal }: LookContext): Promise<void> {
    const { tended, look, pid, command } = subject;
    if (!tended || !look) return;
    const found = await (tended.keeping.checkAtMs === undefined
      ? this.#tend(subject, tended, look, { timeoutMs, signal })
      : check(subject, tended.keeping));
    if (found)
      this.#hear({ schemaVersion: 1, at: new Date().toISOString(), pid, name: command, allocator: look.allocator, ...found });
  }

  /** It lives as long as its subject: who was told in vain is not to be told anew after a look that failed. */
  forget(): void {}

  /** Undefined where it turns out that there is nothing to tell. */
  async #tend(subject: Subject, tended: Tended, look: Look, options: GiveBackOptions): Promise<Found | undefined> {
    const { keeping } = tended;
    try {
      tended.way ??= await findWay(subject, this.#options.loadsAgent, options);
      if ('refusal' in tended.way) return { result: 'refused', reason: tended.way.refusal };
      const { by } = tended.way;
      const predictedBytes = await this.#predict(subject.pid, look, by, options);
      if (predictedBytes !== undefined && !this.#isWorth(look, predictedBytes)) return void keeping.rest(performance.now(), false);
      const prediction = predictedBytes === undefined ? {} : { predictedBytes };
      if (this.#options.isDryRun) return { result: 'would', by, ...prediction, restMs: restOf(keeping, false) };
      return { by, ...prediction, ...(await this.#trim(subject, keeping, { by, predictedBytes, ...options })) };
    } catch (error) {
      if (!(error instanceof OffheapError) || isGone(error)) throw error;
      return { result: 'failed', reason: error.message, restMs: restOf(keeping, false) };
    }
  }

  /** Another allocator than glibc's is asked. In a dry run too: that loads the agent, which is why it takes --load-agent. */
  async #predict(pid: number, look: Look, by: Teller, options: GiveBackOptions): Promise<number | undefined> {
    if (look.malloc) return keptBy(look).bytes;
    return by === 'jvm' ? undefined : purgeableBytes(await askServing(pid, options), heldRssBytes(look));
  }

  #isWorth({ allocator }: Look, predictedBytes: number): boolean {
    const { aboveBytes, maxPauseMs } = this.#options;
    return predictedBytes >= aboveBytes && (expectedTrimMs(allocator, predictedBytes) ?? 0) <= maxPauseMs;
  }

  async #trim(
    subject: Subject,
    keeping: Keeping,
    { by, predictedBytes, ...options }: GiveBackOptions & { by: Teller; predictedBytes: number | undefined },
  ): Promise<Found> {
    const rssBeforeBytes = readRss(subject);
    const tookMs = await giveBack(subject.pid, by, options);
    const rssAfterBytes = readRss(subject);
    const atMs = performance.now();
    const isUseful = keeping.trimmed({ atMs, predictedBytes, rssBeforeBytes, rssAfterBytes });
    const returnedBytes = rssBeforeBytes - rssAfterBytes;
    return {
      result: isUseful ? 'returned' : 'little',
      ...{ returnedBytes, rssBeforeBytes, rssAfterBytes, tookMs, restMs: keeping.restsUntilMs - atMs },
    };
  }
}

function see(pid: number, tended: Tended, look: Look): void {
  tended.seen = look;
  tended.kept = keptBy(look);
  const pulse = readPulse(pid);
  if (pulse) tended.keeping.see({ atMs: performance.now(), keptBytes: tended.kept.bytes, cpuMs: pulse.cpuMs });
}

/** Says nothing where what came back stays so. */
function check(subject: Subject, keeping: Keeping): Found | undefined {
  const rssAfterBytes = readRss(subject);
  if (keeping.checked(performance.now(), rssAfterBytes)) return undefined;
  return { result: 'undone', rssAfterBytes, restMs: keeping.restsUntilMs - performance.now() };
}

/** @throws OffheapError PROCESS_ENDED */
function readRss(subject: Subject): number {
  const pulse = readPulse(subject.pid);
  requireSame(subject);
  return (pulse?.rssPages ?? 0) * pageSizeBytes;
}

function restOf(keeping: Keeping, wasUseful: boolean): number {
  const now = performance.now();
  keeping.rest(now, wasUseful);
  return keeping.restsUntilMs - now;
}

function isFresh({ takenAtMs }: Look): boolean {
  return Date.now() - takenAtMs <= freshMs;
}
