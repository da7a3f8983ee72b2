import { open } from 'node:fs/promises';

const maxProgramBytes = 16 * 1024 ** 2;

/** The file that a process runs, or its first 16 MiB; empty when it may not be read. */
export async function readProgram(pid: number): Promise<{ program?: Uint8Array; programPath?: string }> {
  try {
    const file = await open(`/proc/${pid}/exe`);
    try {
      const buffer = Buffer.alloc(Math.min(maxProgramBytes, (await file.stat()).size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return { program: buffer.subarray(0, bytesRead), programPath: `/proc/${pid}/exe` };
    } finally {
      await file.close();
    }
  } catch {
    return {};
  }
}
