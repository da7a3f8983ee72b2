import { readFile } from 'node:fs/promises';
import { parsePerfData } from '../parse/perf-data.ts';

/**
 * The JVM's jvmstat counters, from the file that it has mapped: costs the JVM nothing. Undefined under -XX:+PerfDisableSharedMem or
 * -XX:-UsePerfData, and for a file that may not be read.
 */
export async function readPerfData(pid: number, mappedFiles: readonly string[]): Promise<Map<string, string> | undefined> {
  const path = mappedFiles.find((file) => /\/hsperfdata_[^/]*\/\d+$/.test(file));
  if (path === undefined) return undefined;
  try {
    return parsePerfData(await readFile(`/proc/${pid}/root${path}`));
  } catch {
    return undefined;
  }
}
