import { open } from 'node:fs/promises';
import type { Mount } from '../parse/mountinfo.ts';
import { withProcFolder } from './living-thread.ts';
import { slowMountBehind } from './slow-mounts.ts';

const maxProgramBytes = 16 * 1024 ** 2;

export interface ProgramFile {
  program?: Uint8Array;
  programPath?: string;
  /** It lies there, and was not read therefore. */
  slowMount?: Mount;
}

/** The file that a process runs, or its first 16 MiB; empty when it may not be read. */
export async function readProgram(pid: number): Promise<ProgramFile> {
  const slowMount = slowMountBehind(pid, 'exe');
  if (slowMount) return { slowMount };
  try {
    const { file, path } = await withProcFolder(pid, async (folder) => ({
      file: await open(`${folder}/exe`),
      path: `${folder}/exe`,
    }));
    try {
      const buffer = Buffer.alloc(Math.min(maxProgramBytes, (await file.stat()).size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return { program: buffer.subarray(0, bytesRead), programPath: path };
    } finally {
      await file.close();
    }
  } catch {
    return {};
  }
}
