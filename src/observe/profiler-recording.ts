import { readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { utf8Locale } from '../process/environment.ts';
import { withProcFolder } from '../process/living-thread.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { isSameRoot } from './lent-folder.ts';

/** A recording of an hour takes some seconds. */
const conversionTimeoutMs = 300_000;

export interface RecordingConverter {
  runner: ProcessRunner;
  /** The jar, by a name that a class path can carry. */
  converter: string;
  /** The launcher that runs it. */
  java: string;
}

/** Turns a recording of async-profiler into text or a page, as its options have it. */
export async function convertWith(
  { runner, converter, java }: RecordingConverter,
  recording: string,
  ...args: string[]
): Promise<void> {
  const options = { env: utf8Locale, timeoutMs: conversionTimeoutMs };
  const done = await runner.capture(java, ['-jar', converter, ...args], options);
  if (!done) throw new OffheapError('CHILD_FAILED', `Could not convert the recording ${recording} with ${java}.`);
}

/** The process's own launcher, if it can be run from here; else the one on PATH. */
export async function launcherOf(pid: number): Promise<string> {
  const own = await withProcFolder(pid, (folder) => readlink(`${folder}/exe`)).catch(() => '');
  return basename(own) === 'java' && (await isSameRoot(pid)) ? own : 'java';
}
