import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AsyncProfiler, resolveAsyncProfiler } from '../jvm/async-profiler.ts';
import { loadProfiler } from '../jvm/load-agent.ts';
import type { AllocationStacks } from '../model/doctor.ts';
import { type CollapsedStack, parseCollapsedStacks } from '../parse/collapsed-stacks.ts';
import { plainPath } from '../process/plain-path.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { writeWhole } from '../process/whole-file.ts';
import { scaleStacks } from '../stats/scale-stacks.ts';
import { toStackTree } from '../stats/stack-tree.ts';
import { withProfiler } from './profiler-agent.ts';
import { convertWith, launcherOf, type RecordingConverter } from './profiler-recording.ts';
import { joinAlike, tellingFrames } from './stack-frames.ts';

/** On the average one of so many bytes is recorded: a block below it by chance, one above it always. */
const samplingBytes = 65_536;
const stacksKept = 5;
/** Of what was not freed: the rest is the profiler's and the JIT's own. */
const smallestShare = 0.01;
/** The profiler ends a recording so long after its time by itself, should offheap not live to do so. */
export const spareSeconds = 30;

export interface StacksRequest {
  forMs: number;
  runner: ProcessRunner;
  /** Where the profiler is kept. */
  cacheFolder: string;
  /** Where the collapsed stacks and the flame graph are put. */
  outputFolder: string;
  /** Ends the recording early; what was recorded until then is the result. */
  signal: AbortSignal;
}

/**
 * The stacks of native allocations that were not freed within `forMs`, by async-profiler's nativemem, which is loaded into the JVM and
 * stays there, idle. It sees what is allocated from now on only.
 */
export async function profileStacks(
  pid: number,
  { forMs, runner, cacheFolder, outputFolder, signal }: StacksRequest,
): Promise<AllocationStacks> {
  const profiler = await resolveAsyncProfiler(cacheFolder, runner);
  return withProfiler(pid, profiler.library, async ({ agent, folder, inside }) => {
    const recording = join(inside, 'native.jfr');
    await loadProfiler(pid, agent, `${startOptions(recording, samplingBytes)},timeout=${Math.ceil(forMs / 1000) + spareSeconds}`);
    const startedAt = performance.now();
    await delay(forMs, undefined, { signal }).catch(() => {});
    const intervalMs = Math.min(forMs, Math.round(performance.now() - startedAt));
    await loadProfiler(pid, agent, `stop,file=${recording}`);
    const java = await launcherOf(pid);
    const recorded = { recording: join(folder, 'native.jfr'), everyBytes: samplingBytes };
    const converted = await convertRecording({ profiler, ...recorded, runner, outputFolder, name: `stacks-${pid}`, java });
    return { intervalMs, ...converted };
  });
}

/** Options of the agent that begin a recording. */
export function startOptions(recording: string, everyBytes: number): string {
  return `start,event=nativemem,nativemem=${everyBytes},jfr,file=${recording}`;
}

/** Ends the recording of an agent that was loaded when its JVM began. */
export async function stopRecording(pid: number, agent: string, recording: string): Promise<void> {
  await loadProfiler(pid, agent, `stop,file=${recording}`);
}

export interface Conversion {
  profiler: AsyncProfiler;
  recording: string;
  /** As startOptions() had it. */
  everyBytes: number;
  runner: ProcessRunner;
  outputFolder: string;
  /** Of the files, without their endings; a number is added where there are such files. */
  name: string;
  /** The launcher that runs the converter. */
  java: string;
}

/** Sums what was allocated and not freed by stack, and writes all stacks as text and as a flame graph. */
export async function convertRecording(conversion: Conversion): Promise<Omit<AllocationStacks, 'intervalMs'>> {
  const { recording, everyBytes, outputFolder, name } = conversion;
  await mkdir(outputFolder, { recursive: true });
  const base = freeName(outputFolder, name);
  const [collapsedFile, flameGraphFile] = [`${base}.collapsed`, `${base}.html`];
  const stacks = await withPrivateFolder(async (folder) => {
    const converter = { ...conversion, converter: plainPath(conversion.profiler.converter, folder) };
    const sizes = await collapse(converter, recording, join(folder, 'sizes.collapsed'), '--total');
    const counts = await collapse(converter, recording, join(folder, 'counts.collapsed'));
    const scaled = scaleStacks(sizes, counts, everyBytes);
    const text = scaled.map(({ frames, bytes }) => `${frames.join(';')} ${bytes}\n`).join('');
    await writeWhole(collapsedFile, text);
    await convertWith(converter, recording, collapsedFile, flameGraphFile);
    return scaled;
  });
  const bytes = stacks.reduce((sum, stack) => sum + stack.bytes, 0);
  const worthShowing = joinAlike(stacks).filter((stack) => stack.bytes >= smallestShare * bytes);
  return {
    bytes,
    top: worthShowing.slice(0, stacksKept),
    tree: toStackTree(stacks.map((stack) => ({ ...stack, frames: tellingFrames(stack.frames) }))),
    collapsedFile,
    flameGraphFile,
  };
}

/** What somebody keeps of an earlier recording stays as it is. */
export function freeName(folder: string, name: string): string {
  const isTaken = (base: string) => ['collapsed', 'html'].some((ending) => existsSync(`${base}.${ending}`));
  for (let number = 1; ; number++) {
    const base = join(folder, number === 1 ? name : `${name}-${number}`);
    if (!isTaken(base)) return base;
  }
}

/** Stacks of blocks that were not freed until the end: by default the last tenth of the time would be left out. */
async function collapse(
  converter: RecordingConverter,
  recording: string,
  file: string,
  ...args: string[]
): Promise<CollapsedStack[]> {
  await convertWith(converter, recording, '--nativemem', '--leak', '--tail', '0', ...args, '-o', 'collapsed', recording, file);
  return parseCollapsedStacks(await readFile(file, 'utf8'));
}
