import { readdir, readFile } from 'node:fs/promises';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { readCommandLine } from '../process/command-line.ts';

export interface FoundJvm {
  pid: number;
  /** argv. */
  command: string[];
}

/** The JVMs of this host that this user may look at. */
export function findJvms(): Promise<FoundJvm[]> {
  return findProcesses(undefined);
}

/** The processes of this host whose command line matches, this one excepted, or its JVMs; those that this user may look at. */
export async function findProcesses(pattern: RegExp | undefined): Promise<FoundJvm[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readCommandLine(pid);
      const isWanted = pattern ? pid !== process.pid && pattern.test(command.join(' ')) : await isJvm(pid);
      return isWanted && command.length > 0 ? { pid, command } : undefined;
    }),
  );
  return found.filter((process) => process !== undefined).sort((a, b) => a.pid - b.pid);
}

async function isJvm(pid: number): Promise<boolean> {
  // Empty for a process that is gone, or another user's.
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '');
  return isMappedByJvm(parseMappedFiles(maps));
}
