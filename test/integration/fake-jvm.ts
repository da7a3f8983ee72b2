import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
): Promise<Result> {
  const child = spawn('python3', [script, JSON.stringify(replies), library], { stdio: ['ignore', 'pipe', 'inherit'] });
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
