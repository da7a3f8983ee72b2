import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import type { TracedSyscalls } from '../model/syscalls.ts';
import { quote } from '../model/units.ts';
import { explainProcError } from '../observe/identity.ts';
import { parseMaps } from '../parse/maps.ts';
import { parseStrace } from '../parse/strace.ts';
import { boundedLines } from '../process/lines.ts';
import { pageSizeBytes } from '../process/page-map.ts';
import { readProcSync } from '../process/proc-file.ts';
import { explainRefusal } from '../process/ptrace-permission.ts';
import type { ProcessEnd, ProcessRunner } from '../process/runner.ts';
import { summariseTrace, type TraceContext } from '../stats/memory-calls.ts';
import type { TraceLaunch } from './launch.ts';
import { type RunOptions, runNamingThreads } from './traced-run.ts';

/** Memory, who made whom, and how threads are called. */
const calls = 'brk,mmap,munmap,mremap,mprotect,madvise,clone,clone3,fork,vfork,execve,prctl';

export interface TraceRequest extends Omit<RunOptions, 'onLine'>, Pick<TraceContext, 'largeFromBytes' | 'largeShown'> {
  /** A program to start, or a process that runs. */
  traced: TraceLaunch | { pid: number };
  /** Of this run alone. */
  folder: string;
  runner: ProcessRunner;
  /** Called with what the program writes, to stdout or stderr. */
  onLine: (line: string) => void;
}

/** @throws OffheapError MISSING_TOOL without strace, NO_PERMISSION where tracing is refused, CHILD_FAILED when the program cannot be started */
export async function traceSyscalls(
  request: TraceRequest,
): Promise<Pick<TracedSyscalls, 'pid' | 'threads' | 'arenaHeaps' | 'largeMappings' | 'largeCount' | 'largeFromBytes' | 'notes'>> {
  const { traced, folder, runner, onLine, largeFromBytes, largeShown } = request;
  await requireStrace(runner);
  const file = join(folder, 'trace');
  const mappedBefore = 'pid' in traced ? mappedBy(traced.pid) : {};
  const child = await runner.start({ ...commandOf(traced, file), privateFolder: folder, onErrorLine: (line) => onLine(line) });
  // Of a running process strace is no parent.
  const { end, threadNames, stopped } = await runNamingThreads(child, 'pid' in traced ? traced.pid : child.pid, request);
  const lines = await readTrace(file);
  requireTrace(lines, end, traced);
  const events = parseStrace(lines);
  const pid = 'pid' in traced ? traced.pid : (events[0]?.tid ?? child.pid);
  const summary = summariseTrace(events, {
    ...mappedBefore,
    pageBytes: pageSizeBytes,
    kernelNames: threadNames.kernel,
    jvmNames: threadNames.jvm,
    largeFromBytes,
    largeShown,
  });
  return { pid, ...summary, notes: notesOf(end, stopped, 'pid' in traced) };
}

/** None where strace ended before it made the file. */
async function readTrace(file: string): Promise<string[]> {
  const lines: string[] = [];
  if (!existsSync(file)) return lines;
  for await (const line of boundedLines(createReadStream(file))) lines.push(line);
  return lines;
}

async function requireStrace(runner: ProcessRunner): Promise<void> {
  if (await runner.capture('strace', ['-V'])) return;
  throw new OffheapError('MISSING_TOOL', 'Expected strace on PATH, found none. Install it: apt-get install strace.');
}

function commandOf(traced: TraceRequest['traced'], file: string): { command: string; args: string[]; env: Record<string, string> } {
  const options = ['-f', '-q', '-ttt', '-y', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', file];
  const own = { PATH: process.env['PATH'] ?? '' };
  if ('pid' in traced) return { command: 'strace', args: [...options, '-p', String(traced.pid)], env: own };
  // What is preloaded into the program is nothing for strace.
  const preload = traced.preload === undefined ? [] : ['-E', `LD_PRELOAD=${traced.preload}`];
  return { command: 'strace', args: [...options, ...preload, '--', traced.command, ...traced.args], env: { ...traced.env } };
}

/** What a process had mapped when it began to be traced, and where its break was: brk(2) rounds it up to a page, as glibc does. */
function mappedBy(pid: number): Pick<TraceContext, 'mapped' | 'programBreak'> {
  // The vsyscall page at the end of the address space is no number.
  const entries = parseMaps(readMaps(pid)).filter(({ end }) => Number.isSafeInteger(end));
  const heap = entries.findLast(({ path }) => path === '[heap]');
  const mapped = entries.filter(({ path }) => path !== '[heap]').map(({ start, end }) => ({ start, end }));
  return { mapped, ...(heap ? { programBreak: heap.end } : {}) };
}

function readMaps(pid: number): string {
  try {
    return readProcSync(pid, 'maps');
  } catch (cause) {
    throw explainProcError(pid, 'maps', cause);
  }
}

/** strace says on stderr why it did not trace. */
function requireTrace(lines: readonly string[], { stderrTail }: ProcessEnd, traced: TraceRequest['traced']): void {
  if (lines.length > 0) return;
  const said = stderrTail.split('\n').filter((line) => line.startsWith('strace:'));
  const refusal = said.find((line) => /ptrace|PTRACE|attach/.test(line));
  if (refusal !== undefined && /not permitted|denied/i.test(refusal)) {
    const { why, cure } = explainRefusal('pid' in traced ? traced.pid : process.pid, 'attach');
    throw new OffheapError(
      'NO_PERMISSION',
      `Expected strace to be let trace, but the kernel refused it (${refusal}): ${why}. ${cure}`,
    );
  }
  if ('pid' in traced && said.length === 0) return;
  const what = 'pid' in traced ? `process ${traced.pid}` : quote(traced.command);
  throw new OffheapError('CHILD_FAILED', `Could not trace ${what}: ${said.at(-1) ?? 'strace wrote nothing'}.`);
}

function notesOf({ exitCode, signal }: ProcessEnd, stopped: boolean, attached: boolean): string[] {
  const notes = ['Traced by strace, which makes each of these calls slower: times are later than without it.'];
  if (attached) return notes;
  if (stopped) return [...notes, 'The program was ended when the time was over.'];
  if (exitCode !== 0) return [...notes, `The program ended ${signal === undefined ? `with status ${exitCode}` : `by ${signal}`}.`];
  return notes;
}
