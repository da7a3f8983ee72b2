import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { endJvm } from '../end-jvm.ts';

export interface BurstJvm {
  readonly pid: number;
  /** `a`: allocate, `f`: free most, `b`: be busy. Resolves when it is done. */
  tell(letter: 'a' | 'f' | 'b'): Promise<void>;
  end(): Promise<void>;
}

export interface BurstOptions {
  threads?: number;
  /** Inflaters a thread and letter, 40 KiB each. */
  count?: number;
  flags?: string[];
  env?: Record<string, string>;
  /** The launcher; the default JDK's by default. */
  java?: string;
  /** To run as; this one's by default. */
  user?: number;
  /** Of the cgroup that it starts in; this one's by default. */
  procsFile?: string;
}

const source = fileURLToPath(new URL('programs/Burst.java', import.meta.url));

/** Compiles programs/Burst.java into a folder. */
export async function compileBurst(folder: string): Promise<void> {
  await execa('javac', ['-d', folder, source]);
}

/** A JVM with a heap of 16 MiB; it ends with its stdin, so also with the test. */
export async function startBurst(folder: string, options: BurstOptions = {}): Promise<BurstJvm> {
  const { threads = 1, count = 1, flags = [], env = {}, java = 'java', user, procsFile } = options;
  const args = ['-Xmx16m', '-XX:TieredStopAtLevel=1', ...flags, '-cp', folder, 'Burst', String(threads), String(count)];
  // The shell goes into the group before it becomes the JVM, so that every page is charged there.
  const enter = procsFile === undefined ? [] : ['sh', '-c', 'echo $$ > "$0" && exec "$@"', procsFile];
  const [file = '', ...own] = [...enter, java, ...args];
  const child = spawn(file, own, {
    ...(user === undefined ? {} : { uid: user, gid: user }),
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const tell = async (letter: string) => {
    child.stdin.write(letter);
    await lines.next();
  };
  return { pid: child.pid ?? 0, tell, end: () => endJvm(child) };
}
