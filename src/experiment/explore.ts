import type { Rung } from '../model/explore.ts';
import { affordable, nextRung, type Run, rank, type Tried } from '../stats/halving.ts';

/** What runs of one setting came to. */
export interface Outcome {
  runs: readonly Run[];
  /** Why one did not go well. */
  failure?: string | undefined;
}

/** Where settings are tried. */
export interface World {
  /** Runs each of these so often; undefined when it was interrupted. */
  run: (keys: readonly string[], repeats: number) => Promise<ReadonlyMap<string, Outcome> | undefined>;
  /** In milliseconds. */
  now: () => number;
  /** Called after each rung with those that there were so far. */
  onRung?: (rungs: Rung[]) => Promise<void>;
}

export interface Exploration {
  rungs: Rung[];
  finalists: string[];
  untried: string[];
  complete: boolean;
  /** Why the reference did not run: nothing else was tried then. */
  failure?: string;
}

/**
 * Searches settings within a budget of time, by successive halving. The first run is of the reference, and tells how long one takes: by that it is known how many
 * settings there is time for. Those for which there is none are the last ones of `keys`.
 */
export async function explore(
  { keys, reference, budgetMs }: { keys: readonly string[]; reference: string; budgetMs: number },
  world: World,
): Promise<Exploration> {
  const startedAt = world.now();
  const tried = new Map<string, { runs: Run[]; failure: string | undefined }>();
  let made = 0;
  const run = async (wanted: readonly string[], repeats: number): Promise<boolean> => {
    const outcomes = await world.run(wanted, repeats);
    if (!outcomes) return false;
    made += wanted.length * repeats;
    for (const key of wanted) {
      const known = tried.get(key) ?? { runs: [], failure: undefined };
      const { runs = [], failure } = outcomes.get(key) ?? {};
      tried.set(key, { runs: [...known.runs, ...runs], failure: known.failure ?? failure });
    }
    return true;
  };
  const affordableRuns = () => {
    const runMs = Math.max(1, (world.now() - startedAt) / Math.max(1, made));
    return Math.floor((budgetMs - (world.now() - startedAt)) / runMs);
  };
  const others = keys.filter((key) => key !== reference);
  const interrupted = (rungs: Rung[]): Exploration => ({
    rungs,
    finalists: [],
    untried: others.filter((key) => !tried.has(key)),
    complete: false,
  });

  if (!(await run([reference], 1))) return interrupted([]);
  const failure = tried.get(reference)?.failure;
  if (failure !== undefined) return { ...interrupted([]), complete: true, failure };
  const first = others.slice(0, affordable(affordableRuns() + 1, others.length));
  if (!(await run(first, 1))) return interrupted([]);
  const rungs: Rung[] = [];
  for (let wanted = [reference, ...first], repeats = 1; ; ) {
    rungs.push({ repeats, standings: rank(triedOf(wanted, tried), reference) });
    await world.onRung?.(rungs);
    const next = nextRung(rungs);
    const repeatsLeft = next ? Math.floor(affordableRuns() / next.keys.length) : 0;
    if (!next || repeatsLeft < 1) break;
    repeats = Math.min(next.repeats, repeatsLeft);
    wanted = next.keys;
    if (!(await run(wanted, repeats))) return interrupted(rungs);
  }
  const finalists = (rungs.at(-1)?.standings ?? []).flatMap(({ configuration, dropped }) =>
    dropped === undefined && configuration !== reference ? configuration : [],
  );
  return { rungs, finalists, untried: others.filter((key) => !tried.has(key)), complete: true };
}

function triedOf(keys: readonly string[], tried: ReadonlyMap<string, Omit<Tried, 'key'>>): Tried[] {
  return keys.map((key) => ({ key, runs: [], failure: undefined, ...tried.get(key) }));
}
