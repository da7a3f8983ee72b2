import { bytesPerMiB } from '../model/units.ts';
import { tightenOwnMalloc } from '../native/own-malloc.ts';
import { readBootId, readPidNamespace } from '../process/boot.ts';
import type { LooksKeeper } from './looks-keeper.ts';
import { Pace } from './pace.ts';
import { Roster } from './roster.ts';
import { Rounds } from './rounds.ts';
import { Scraper } from './scraper.ts';
import type { Selection } from './select.ts';
import { type Listening, type ListenOptions, serve } from './server.ts';
import type { ReportFailure } from './subject.ts';
import type { HearTend, Tending, TendOptions } from './tend/tending.ts';

export interface ExporterOptions extends ListenOptions {
  selection: Selection;
  maxProcesses: number;
  topThreads: number;
  intervalMs: number;
  discoverMs: number;
  attachIntervalMs: number | undefined;
  /** Time between two looks at the owners of a process's blocks; undefined: they are not looked for. */
  ownersIntervalMs?: number | undefined;
  /** Of one core, for all that the exporter does. */
  cpuShare: number;
  scrapeBudgetMs: number;
  /** A folder that each look is written into, for when its process is gone. */
  keepLooks?: string | undefined;
  /** How processes are had to give memory back, and who hears of it; undefined: they are not. */
  tend?: (TendOptions & { hear: HearTend }) | undefined;
}

/** Processor time, as the pace counts. A larger heap is sampled: heaps walked until then stand for the others. */
export const inspectBudgetMs = 400;

/** In the folder of kept looks. A file has 30 to 60 KiB when its process has lived for long. */
const keptFiles = 256;
const keptBytes = 64 * bytesPerMiB;

/** Looks at processes in the background and serves what is known of them, until it is closed. */
export async function startExporter(options: ExporterOptions): Promise<Listening> {
  tightenOwnMalloc();
  const roster = new Roster(options);
  const scraper = new Scraper(roster, { budgetMs: options.scrapeBudgetMs });
  const keeper = await keeperFor(options, roster, (instrument, code) => scraper.own.failed(instrument, code));
  const moreKinds = options.tend ? [await tendingFor(options.tend, scraper)] : [];
  const listening = await serve(scraper, options);
  const rounds = new Rounds(roster, new Pace(options.cpuShare), scraper.own, { ...options, keeper, inspectBudgetMs, moreKinds });
  const stop = new AbortController();
  const ended = rounds.run(stop.signal);
  return {
    url: listening.url,
    close: async () => {
      stop.abort();
      await Promise.all([listening.close(), ended]);
      await keeper?.settled();
      roster.close();
    },
  };
}

/** What not everybody wants is read by those who do: it brings a checker of results and a runner of programs, some 20 MB. */
async function tendingFor({ hear, ...options }: TendOptions & { hear: HearTend }, { registry }: Scraper): Promise<Tending> {
  const [{ Tending }, { TendMetrics }] = await Promise.all([import('./tend/tending.ts'), import('./tend/tend-metrics.ts')]);
  const metrics = new TendMetrics(registry);
  return new Tending(options, (event) => {
    metrics.hear(event);
    hear(event);
  });
}

/** @throws OffheapError WRITE_FAILED as requireShelf() */
async function keeperFor(
  { keepLooks, maxProcesses }: ExporterOptions,
  roster: Roster,
  report: ReportFailure,
): Promise<LooksKeeper | undefined> {
  if (keepLooks === undefined) return undefined;
  const [{ LooksKeeper }, { LooksShelf, requireShelf }] = await Promise.all([
    import('./looks-keeper.ts'),
    import('./looks-shelf.ts'),
  ]);
  requireShelf(keepLooks);
  const pidNamespace = readPidNamespace();
  const from = { bootId: readBootId(), ...(pidNamespace === undefined ? {} : { pidNamespace }) };
  const shelf = new LooksShelf(keepLooks, { files: Math.max(keptFiles, maxProcesses), bytes: keptBytes });
  return new LooksKeeper(shelf, from, { living: () => roster.subjects, report });
}
