import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { readThreadTimes } from '../../src/process/threads.ts';
import { endJvm } from '../end-jvm.ts';
import { inMountNamespace } from '../fixtures/namespace.ts';
import { copyPrograms } from './java-programs.ts';

export interface BurstJvm {
  readonly pid: number;
  /** `a`: allocate, `f`: free most, `b`: be busy. Resolves when it is done, with the next line of its stdout: `done`, unless something else was printed. */
  tell(letter: 'a' | 'f' | 'b'): Promise<string>;
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
  /** A shell script that is run before it, in a mount namespace of its own; this one's by default. */
  mounts?: string;
  /** What runs it, with its command line behind. */
  launcher?: readonly string[];
}

/** For its environment: by itself mimalloc gives back after 25 ms or less, which may be over on a busy machine before it is told to. 2.0, and what that calls it since. */
export const mimallocKeeps = Object.fromEntries(
  ['DECOMMIT', 'SEGMENT_DECOMMIT', 'PURGE'].map((name) => [`MIMALLOC_${name}_DELAY`, '60000']),
);

/** The program, on the class path that {@link startBurst} is given. */
export const compileBurst = (folder: string) => copyPrograms(folder, 'Burst');

/** A JVM with a heap of 16 MiB; it ends with its stdin, so also with the test. */
export async function startBurst(folder: string, options: BurstOptions = {}): Promise<BurstJvm> {
  const { threads = 1, count = 1, flags = [], env = {}, java = 'java', user, procsFile, mounts, launcher = [] } = options;
  const args = ['-Xmx16m', '-XX:TieredStopAtLevel=1', ...flags, '-cp', folder, 'Burst', String(threads), String(count)];
  // The shell goes into the group before it becomes the JVM, so that every page is charged there.
  const enter = procsFile === undefined ? [] : ['sh', '-c', 'echo $$ > "$0" && exec "$@"', procsFile];
  const command = [...enter, ...launcher, java, ...args];
  const [file = '', own] =
    mounts === undefined ? [command[0], command.slice(1)] : inMountNamespace(`${mounts}\nexec "$@"`, command);
  const child = spawn(file, own, {
    ...(user === undefined ? {} : { uid: user, gid: user }),
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const tell = async (letter: string) => {
    child.stdin.write(letter);
    const line = String((await lines.next()).value);
    if (letter === 'a') await allocatorsEnded(child.pid ?? 0);
    return line;
  };
  return { pid: child.pid ?? 0, tell, end: () => endJvm(child) };
}

/**
 * A thread that has ended for Java may still run for a while on a busy machine, and what is free in its part of the heap is nobody else's to give back before.
 */
async function allocatorsEnded(pid: number): Promise<void> {
  while (readThreadTimes(pid, (name) => name.startsWith('burst-')).size > 0) await delay(5);
}
