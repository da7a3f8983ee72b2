import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endJvm } from '../end-jvm.ts';
import { copyPrograms } from './java-programs.ts';

export interface BuffersJvm {
  readonly pid: number;
  /** Keeps as many again. */
  keepMore(): Promise<void>;
  end(): Promise<void>;
}

/** The program, on the class path that {@link startBuffers} is given. */
export const compileBuffers = (folder: string) => copyPrograms(folder, 'Buffers');

/** What malloc takes for a block: its header, and a multiple of 16 bytes. */
export function chunkBytes(bytes: number): number {
  return Math.ceil((bytes + 8) / 16) * 16;
}

/** A JVM with so many direct buffers; it ends with its stdin, so also with the test. */
export async function startBuffers(folder: string, { count, bytes }: { count: number; bytes: number }): Promise<BuffersJvm> {
  const flags = ['-Xmx32m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:MaxDirectMemorySize=1g'];
  const child = spawn('java', [...flags, '-cp', folder, 'Buffers', String(count), String(bytes)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const keepMore = async () => {
    child.stdin.write('a');
    await lines.next();
  };
  return { pid: child.pid ?? 0, keepMore, end: () => endJvm(child) };
}
