import { readdir } from 'node:fs/promises';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { ownLine } from '../process/ancestors.ts';
import { matchedText, readArguments, shortenCommand } from '../process/command-line.ts';
import { readProc } from '../process/proc-file.ts';
import { readJvmArguments } from './jvm-arguments.ts';

export interface FoundJvm {
  pid: number;
  /** argv. */
  command: string[];
}

/** The JVMs of this host that this user may look at. */
export function findJvms(): Promise<FoundJvm[]> {
  return findProcesses(undefined);
}

/** The processes of this host whose command line matches, this one and those that started it excepted, or its JVMs; those that this user may look at. */
export async function findProcesses(pattern: RegExp | undefined): Promise<FoundJvm[]> {
  const own = ownLine();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const argv = pattern ? await readArguments(pid) : await argumentsOfJvm(pid);
      const isWanted = pattern ? !own.has(pid) && pattern.test(matchedText(argv)) : true;
      return isWanted && argv.length > 0 ? { pid, command: shortenCommand(argv) } : undefined;
    }),
  );
  return found.filter((process) => process !== undefined).sort((a, b) => a.pid - b.pid);
}

/** Empty for a process that is gone, or another user's, or no JVM. */
async function argumentsOfJvm(pid: number): Promise<string[]> {
  const files = parseMappedFiles(await readProc(pid, 'maps').catch(() => ''));
  return isMappedByJvm(files) ? readJvmArguments(pid, [...files]) : [];
}
