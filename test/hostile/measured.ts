import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Runner, startRunners } from '../cli/in-turn.ts';
import { root } from '../cli/offheap.ts';
import { processorMsOf } from '../own-processor-time.ts';

const script = fileURLToPath(new URL('programs/run_measured.py', import.meta.url));
const bin = join(root, 'bin', 'offheap.js');

export interface Measured {
  /** 137 where the time was up. */
  status: number | undefined;
  stdout: string;
  stderr: string;
  /** Of it and of what it started: a busy machine does not lengthen it. */
  processorSeconds: number;
  maxRssBytes: number;
}

interface Bounds {
  folder: string;
  seconds: number;
}

/** Runs a command of ours, which is killed after so many seconds. Several may run at a time, in the same folder. */
export function runMeasured(args: readonly string[], bounds: Bounds): Promise<Measured> {
  return runNodeMeasured([bin, ...args], bounds);
}

/** The same of what Node is told to run. */
export async function runNodeMeasured(args: readonly string[], { folder, seconds }: Bounds): Promise<Measured> {
  const file = join(folder, `measured-${randomUUID()}.json`);
  const command = ['timeout', '--signal=KILL', String(seconds), process.execPath, ...args];
  const options = { reject: false, stripFinalNewline: false, env: { NO_COLOR: '1', FORCE_COLOR: '0' } } as const;
  const { exitCode, stdout, stderr } = await execa('python3', ['-S', script, file, ...command], options);
  return { status: exitCode, stdout, stderr, ...JSON.parse(await readFile(file, 'utf8')) };
}

/** As `runMeasured`, without Node's start, in so many processes that last until the last test of the group where this is called. */
export function measuredInTurn(count: number): (args: string[], folder: string) => Promise<Measured> {
  const free = startRunners(count);
  const wanted: ((runner: Runner) => void)[] = [];
  return async (args, folder) => {
    const runner = free.pop() ?? (await new Promise<Runner>((resolve) => wanted.push(resolve)));
    try {
      return await runOnce(runner, args, folder);
    } finally {
      const next = wanted.shift();
      if (next) next(runner);
      else free.push(runner);
    }
  };
}

async function runOnce({ run, pid: pidOf }: Runner, args: string[], folder: string): Promise<Measured> {
  const pid = pidOf();
  const processorMs = () => processorMsOf(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The peak is what it has now, and counts from here (proc_pid_clear_refs(5)).
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const before = processorMs();
  const { status, stdout, stderr } = await run({ args, cwd: folder, env: {} });
  const processorSeconds = (processorMs() - before) / 1000;
  const [, peakKiB] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { status: status ?? undefined, stdout, stderr, processorSeconds, maxRssBytes: Number(peakKiB) * 1024 };
}
