import { readPerfData } from '../jvm/perf-data.ts';
import { parseCollections } from '../parse/collections.ts';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { readProc } from '../process/proc-file.ts';

/** How often a JVM has collected, by its jvmstat counters, which costs it nothing; undefined of what is none, or has no such counters. */
export async function countCollections(pid: number): Promise<number | undefined> {
  const files = await readProc(pid, 'maps').then(
    (maps) => [...parseMappedFiles(maps)],
    () => [],
  );
  if (!isMappedByJvm(files)) return undefined;
  const counters = await readPerfData(pid, files);
  return counters && parseCollections(counters)?.collections;
}
