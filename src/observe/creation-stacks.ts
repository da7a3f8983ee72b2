import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { resolveAsyncProfiler } from '../jvm/async-profiler.ts';
import { loadProfiler } from '../jvm/load-agent.ts';
import type { CreationStacks } from '../model/creation-stacks.ts';
import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB } from '../model/units.ts';
import { parseCollapsedStacks } from '../parse/collapsed-stacks.ts';
import { plainPath } from '../process/plain-path.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import { writeWhole } from '../process/whole-file.ts';
import { freeName, type StacksRequest, spareSeconds } from './allocation-stacks.ts';
import { withProfiler } from './profiler-agent.ts';
import { convertWith, launcherOf, type RecordingConverter } from './profiler-recording.ts';
import { joinAlike } from './stack-frames.ts';

const stacksKept = 5;
/** One of a thousand is by chance, or from the JVM's own start. */
const smallestShare = 0.001;
/** On which line of its own code a class of the JDK goes on parts stacks that are one to whoever reads them. */
const isOfJdk = /^(?:java|javax|jdk|sun)\//;
/** Of a frame, and how it was compiled. */
const lineNumber = /:\d+(?:_\[\w\])?$/;
/** As the JVM has it: nothing that the agent would take for another option. */
const className = /^[\p{L}\p{N}_$]+(?:\.[\p{L}\p{N}_$]+)*$/u;

export interface CreationRequest extends StacksRequest {
  /** As `owners` prints it: `java.util.zip.Inflater`. */
  className: string;
}

/** @throws OffheapError USAGE */
export function requireClassName(name: string): string {
  if (className.test(name)) return name;
  throw new OffheapError(
    'USAGE',
    `Expected --created-by to be the name of a Java class, such as java.util.zip.Inflater, got ${JSON.stringify(name)}.`,
  );
}

/**
 * Who makes objects of a class: the stacks on which its constructors are called, line by line, by async-profiler, which is loaded into the JVM and stays there, idle.
 * Every call is recorded. A class that is not loaded yet is watched from when it is.
 */
export async function profileCreations(pid: number, request: CreationRequest): Promise<CreationStacks> {
  const { className: name, forMs, runner, cacheFolder, outputFolder, signal } = request;
  const profiler = await resolveAsyncProfiler(cacheFolder, runner);
  return withProfiler(pid, profiler.library, async ({ agent, folder, inside }) => {
    const recording = `file=${join(inside, recordingName)}`;
    const seconds = Math.ceil(forMs / 1000) + spareSeconds;
    await loadProfiler(pid, agent, `start,event=${name}.<init>,jfr,${recording},timeout=${seconds}`);
    const intervalMs = await watch(join(folder, recordingName), forMs, signal);
    await loadProfiler(pid, agent, `stop,${recording}`);
    await mkdir(outputFolder, { recursive: true });
    const collapsedFile = `${freeName(outputFolder, `created-${pid}`)}.collapsed`;
    const text = await collapse(join(folder, recordingName), profiler.converter, { runner, java: await launcherOf(pid) });
    await writeWhole(collapsedFile, text);
    return { className: name, intervalMs, ...sumUp(text), collapsedFile };
  });
}

const recordingName = 'created.jfr';
/** Of ten million calls. It is in a folder of the process, and a class may be made at every turn of a loop. */
const mostRecordedBytes = 256 * bytesPerMiB;
const glanceMs = 200;

/** Returns after how many milliseconds it was time to stop: all that were asked for, unless the recording has become too long or the user has had enough. */
async function watch(recording: string, forMs: number, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  const passedMs = () => Math.min(forMs, Math.round(performance.now() - startedAt));
  while (passedMs() < forMs && !signal.aborted) {
    await delay(Math.min(glanceMs, forMs - passedMs()), undefined, { signal }).catch(() => {});
    const recorded = await stat(recording).catch(() => undefined);
    if (recorded && recorded.size > mostRecordedBytes) break;
  }
  return passedMs();
}

/** By line. async-profiler records calls of a method as samples; a class of lambdas would have a name of its own at each start. */
function collapse(recording: string, converter: string, where: Omit<RecordingConverter, 'converter'>): Promise<string> {
  return withPrivateFolder(async (folder) => {
    const collapsed = join(folder, 'created.collapsed');
    const options = ['--cpu', '--lines', '--norm', '-o', 'collapsed'];
    await convertWith({ ...where, converter: plainPath(converter, folder) }, recording, ...options, recording, collapsed);
    return readFile(collapsed, 'utf8');
  });
}

/** Pure. A collapsed stack's number is of calls here. A constructor that another one of the class has called is the same object. */
export function sumUp(text: string): Pick<CreationStacks, 'calls' | 'top'> {
  const stacks = parseCollapsedStacks(text)
    .filter(({ frames }) => methodOf(frames.at(-1)) !== methodOf(frames.at(-2)))
    .map(({ frames, bytes }) => ({ frames: frames.map((frame) => (isOfJdk.test(frame) ? methodOf(frame) : frame)), bytes }));
  const calls = stacks.reduce((sum, { bytes }) => sum + bytes, 0);
  const worthShowing = joinAlike(stacks).filter(({ bytes }) => bytes >= smallestShare * calls);
  const top = worthShowing.slice(0, stacksKept).map(({ bytes, frames }) => ({ calls: bytes, frames: frames.map(inJava) }));
  return { calls, top };
}

function methodOf(frame = ''): string {
  return frame.replace(lineNumber, '');
}

/** `org/rocksdb/RocksIterator.<init>:27` → `org.rocksdb.RocksIterator.<init>:27`. */
function inJava(frame: string): string {
  return frame.replaceAll('/', '.');
}
