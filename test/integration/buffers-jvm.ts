import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { endJvm } from '../end-jvm.ts';

export interface BuffersJvm {
  readonly pid: number;
  /** Keeps as many again. */
  keepMore(): Promise<void>;
  end(): Promise<void>;
}

const source = fileURLToPath(new URL('programs/Buffers.java', import.meta.url));

/** Compiles programs/Buffers.java into a folder. */
export async function compileBuffers(folder: string): Promise<void> {
  await execa('javac', ['-d', folder, source]);
}

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
