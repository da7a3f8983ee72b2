import { printableName } from '../model/printable.ts';

/** A process in the table of a report. Sizes are resident: a page of several processes is in each of them. */
export interface OomTask {
  pid: number;
  /** Of its first thread that lives. */
  name: string;
  uid: number;
  rssBytes: number;
  /** From Linux 6.8 on. */
  anonBytes?: number;
  fileBytes?: number;
  shmemBytes?: number;
  pageTableBytes?: number;
  swapBytes?: number;
  oomScoreAdj?: number;
}

/** The columns behind `tgid`, in their order; the name is last. */
export type TaskColumns = readonly string[];

/** Of an x86-64 kernel; others have larger ones, and the report does not say so. */
export const usualPageBytes = 4096;

/**
 * `[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name` (linux: mm/oom_kill.c, dump_tasks): `nr_ptes`, also with `nr_pmds`, up to 4.14, `pgtables_bytes` later, RSS by kind from 6.8.
 */
export function parseTaskHeader(text: string): TaskColumns | undefined {
  const match = /^\[ *pid *\] +uid +tgid +([a-z_ ]{1,200})$/.exec(text.trimEnd());
  const columns = match?.[1]?.split(/ +/);
  return columns?.includes('rss') && columns.at(-1) === 'name' ? columns : undefined;
}

/** A line below that; the name is what is left of it, and may have spaces. */
export function parseTask(text: string, columns: TaskColumns, pageBytes = usualPageBytes): OomTask | undefined {
  const [head, , uid, tgid] = /^\[ *(\d{1,10})\] +(\d{1,10}) +(\d{1,10}) +/.exec(text) ?? [];
  if (head === undefined) return undefined;
  let rest = text.slice(head.length);
  const figures = new Map<string, number>();
  for (const column of columns.slice(0, -1)) {
    const [taken, digits] = /^(-?\d{1,20}) {1,40}/.exec(rest) ?? [];
    if (taken === undefined) return undefined;
    figures.set(column, Number(digits));
    rest = rest.slice(taken.length);
  }
  const pages = (column: string, name: keyof OomTask, unit = pageBytes) => {
    const value = figures.get(column);
    return value === undefined || value < 0 ? {} : { [name]: value * unit };
  };
  const score = figures.get('oom_score_adj');
  // A table of the lowest level that is full takes one page.
  const tables = figures.has('pgtables_bytes') ? pages('pgtables_bytes', 'pageTableBytes', 1) : pages('nr_ptes', 'pageTableBytes');
  return {
    pid: Number(tgid),
    name: printableName(rest),
    uid: Number(uid),
    rssBytes: (figures.get('rss') ?? 0) * pageBytes,
    ...pages('rss_anon', 'anonBytes'),
    ...pages('rss_file', 'fileBytes'),
    ...pages('rss_shmem', 'shmemBytes'),
    ...tables,
    ...pages('swapents', 'swapBytes'),
    ...(score === undefined ? {} : { oomScoreAdj: score }),
  };
}
