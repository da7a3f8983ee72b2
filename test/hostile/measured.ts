import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { root } from '../cli/offheap.ts';

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
  const { exitCode, stdout, stderr } = await execa('python3', [script, file, ...command], options);
  return { status: exitCode, stdout, stderr, ...JSON.parse(await readFile(file, 'utf8')) };
}
