import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endJvm } from '../end-jvm.ts';

export interface FakeReply {
  text: string;
  times: number;
  /** Between two of its bytes. */
  dripSeconds?: number;
}

export interface FakeJvm {
  pid: number;
  /** What it was asked; `COMMAND: cut off` follows where its answer was not read to the end. */
  asked: string[];
}

export interface FakeJvmOptions {
  /** User and group to run as; this one's by default. */
  user?: number;
  /** Whether it hangs up on everybody of another user or group, as JDK 8 and 9 do. */
  hearsOwnAlone?: boolean;
}

const script = fileURLToPath(new URL('programs/fake_jvm.py', import.meta.url));

/**
 * A process that has all that a JVM is known by, and answers whatever is told here by command; others it refuses.
 *
 * @param library a file named libjvm.so, for it to map
 */
export async function withFakeJvm<Result>(
  library: string,
  replies: Readonly<Record<string, FakeReply>>,
  use: (jvm: FakeJvm) => Promise<Result>,
  { user, hearsOwnAlone = false }: FakeJvmOptions = {},
): Promise<Result> {
  const args = [JSON.stringify(replies), library, ...(hearsOwnAlone ? ['hears-own-alone'] : [])];
  // From its standard input: another user may not be allowed to enter the folder of the checkout.
  const child = spawn('python3', ['-', ...args], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  createReadStream(script).pipe(child.stdin);
  try {
    const lines = createInterface({ input: child.stdout });
    await once(lines, 'line');
    const asked: string[] = [];
    lines.on('line', (line) => asked.push(line));
    return await use({ pid: child.pid ?? 0, asked });
  } finally {
    await endJvm(child);
  }
}
