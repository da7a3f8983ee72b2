import { threadGroup } from '../parse/thread-print.ts';

export interface ThreadGroup {
  /** Of its threads, without their numbers. */
  name: string;
  count: number;
}

/** Threads whose names differ by numbers, the largest group first. */
export function groupThreads(threads: readonly { name: string }[]): ThreadGroup[] {
  const counts = new Map<string, number>();
  for (const { name } of threads) counts.set(threadGroup(name), (counts.get(threadGroup(name)) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
}
