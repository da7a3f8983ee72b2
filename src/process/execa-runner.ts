import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import type { ProcessEnd, ProcessRunner, ProcessSpec, RunningProcess } from './runner.ts';

const stderrTailLines = 20;

export const execaRunner: ProcessRunner = {
  start: startProcess,
  async capture(command, args, { env = {} } = {}) {
    const { stdout, stderr, failed } = await execa(command, args, { env, reject: false, stdin: 'ignore' });
    return failed ? undefined : { stdout, stderr };
  },
};

async function startProcess({ command, args, env }: ProcessSpec): Promise<RunningProcess> {
  // `cleanup` ends the child when offheap itself is ended by a signal; a program that waits for a line on stdin sees its end as well.
  const child = execa(command, args, { env, extendEnv: false, reject: false, buffer: false, cleanup: true });
  const stderrTail: string[] = [];
  const stderr = createInterface({ input: child.stderr });
  stderr.on('line', (line) => {
    stderrTail.push(line);
    if (stderrTail.length > stderrTailLines) stderrTail.shift();
  });
  const stderrClosed = new Promise<void>((resolve) => stderr.once('close', resolve));
  // Writing to a program that has just died is no error of ours: its end is reported by `ended`.
  child.stdin.on('error', () => {});
  const { pid } = child;
  if (pid === undefined) {
    const { originalMessage } = await child;
    throw new OffheapError('CHILD_FAILED', `Could not start ${quote(command)}: ${originalMessage ?? 'unknown cause'}.`);
  }
  return {
    pid,
    lines: createInterface({ input: child.stdout }),
    ended: child.then(async ({ exitCode, signal }): Promise<ProcessEnd> => {
      await stderrClosed;
      return { exitCode, signal, stderrTail: stderrTail.join('\n') };
    }),
    sendLine: (line) => {
      if (child.stdin.writable) child.stdin.write(`${line}\n`);
    },
    kill: (signal) => {
      child.kill(signal);
    },
  };
}
