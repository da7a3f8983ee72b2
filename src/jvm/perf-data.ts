import { parsePerfData } from '../parse/perf-data.ts';
import { readForeignFile } from '../process/foreign-file.ts';
import { slowMountOf } from '../process/slow-mounts.ts';
import { targetPath } from '../process/target-path.ts';

/** -XX:PerfDataMemorySize is 32 KiB by default, and 2 MiB at most (jdk: globals.hpp). */
const maxBytes = 2 * 1024 ** 2;

/**
 * The JVM's jvmstat counters, from the file that it has mapped: costs the JVM nothing. Undefined under -XX:+PerfDisableSharedMem or
 * -XX:-UsePerfData, and for a file that may not be read, lies where nobody may answer, is larger than a JVM makes it, or is none.
 */
export async function readPerfData(pid: number, mappedFiles: readonly string[]): Promise<Map<string, string> | undefined> {
  const told = mappedFiles.find((file) => /\/hsperfdata_[^/]*\/\d+$/.test(file));
  const found = told === undefined ? undefined : targetPath(pid, told);
  if (!found || slowMountOf(pid, found.inside)) return undefined;
  try {
    return parsePerfData(await readForeignFile(found.path, maxBytes));
  } catch {
    return undefined;
  }
}
