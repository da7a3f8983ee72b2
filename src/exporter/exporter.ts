import { Pace } from './pace.ts';
import { Roster } from './roster.ts';
import { Rounds } from './rounds.ts';
import { Scraper } from './scraper.ts';
import type { Selection } from './select.ts';
import { type Listening, type ListenOptions, serve } from './server.ts';

export interface ExporterOptions extends ListenOptions {
  selection: Selection;
  maxProcesses: number;
  topThreads: number;
  intervalMs: number;
  discoverMs: number;
  attachIntervalMs: number | undefined;
  /** Of one core, for all that the exporter does. */
  cpuShare: number;
  scrapeBudgetMs: number;
}

/** Processor time, as the pace counts. A larger heap is sampled: heaps walked until then stand for the others. */
const inspectBudgetMs = 400;

/** Looks at processes in the background and serves what is known of them, until it is closed. */
export async function startExporter(options: ExporterOptions): Promise<Listening> {
  const roster = new Roster(options);
  const scraper = new Scraper(roster, { budgetMs: options.scrapeBudgetMs });
  const listening = await serve(scraper, options);
  const rounds = new Rounds(roster, new Pace(options.cpuShare), scraper.own, { ...options, inspectBudgetMs });
  const stop = new AbortController();
  const ended = rounds.run(stop.signal);
  return {
    url: listening.url,
    close: async () => {
      stop.abort();
      await Promise.all([listening.close(), ended]);
      roster.close();
    },
  };
}
