import { readdir, readFile } from 'node:fs/promises';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';

export interface FoundJvm {
  pid: number;
  /** argv. */
  command: string[];
}

/** The JVMs of this host that this user may look at. */
export async function findJvms(): Promise<FoundJvm[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => ((await isJvm(pid)) ? { pid, command: await readCommand(pid) } : undefined)),
  );
  return found.filter((jvm) => jvm !== undefined).sort((a, b) => a.pid - b.pid);
}

async function isJvm(pid: number): Promise<boolean> {
  return isMappedByJvm(parseMappedFiles(await read(`/proc/${pid}/maps`)));
}

async function readCommand(pid: number): Promise<string[]> {
  return (await read(`/proc/${pid}/cmdline`)).split('\0').filter((argument) => argument !== '');
}

/** Empty for a process that is gone, or another user's. */
async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
