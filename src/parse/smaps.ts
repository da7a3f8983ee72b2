import type { MapsEntry } from './maps.ts';

/** One mapping of /proc/PID/smaps (proc_pid_smaps(5)), as native/mappings.ts reads it. */
export interface Mapping extends MapsEntry {
  /** With the pages of hugetlbfs, which the kernel leaves out of its own Rss and Pss. */
  rssBytes: number;
  /** Of `rssBytes`, those of hugetlbfs. */
  hugetlbBytes: number;
  /** Of `rssBytes`, what is mapped as transparent huge pages of anonymous or shared memory. Those of files are not in it: all of their bytes are the file's. */
  hugeBytes: number;
  /** Of `rssBytes`, what the process has given up by MADV_FREE: the kernel takes it when it needs memory. */
  lazyFreeBytes: number;
  pssBytes: number;
  anonymousBytes: number;
  swapBytes: number;
  /** Two letters each, as the kernel prints them: `rd wr mr mw me ac`. */
  vmFlags: string;
}

/** Private memory of no file. That of MAP_HUGETLB has a name of the kernel's. */
export function isAnonymous({ path, perms }: Pick<MapsEntry, 'path' | 'perms'>): boolean {
  return path === '' || (path === '/anon_hugepage' && perms[3] === 'p');
}
