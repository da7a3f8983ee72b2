import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { resolveAsyncProfiler } from '../jvm/async-profiler.ts';
import { loadProfiler } from '../jvm/load-agent.ts';
import { OffheapError } from '../model/errors.ts';
import type { CreationStacks } from '../model/owners.ts';
import { parseCollapsedStacks } from '../parse/collapsed-stacks.ts';
import { writeWhole } from '../process/whole-file.ts';
import { freeName, type StacksRequest, spareSeconds } from './allocation-stacks.ts';
import { withLentFolder } from './lent-folder.ts';
import { joinAlike } from './stack-frames.ts';

const stacksKept = 5;
/** One of a thousand is by chance, or from the JVM's own start. */
const smallestShare = 0.001;
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
 * Who makes objects of a class: the stacks on which its constructors are called, by async-profiler, which is loaded into the JVM and stays there, idle. Every call is counted.
 * A class that is not loaded yet is counted from when it is.
 */
export async function profileCreations(
  pid: number,
  { className: name, forMs, runner, cacheFolder, outputFolder, signal }: CreationRequest,
): Promise<CreationStacks> {
  const profiler = await resolveAsyncProfiler(cacheFolder, runner);
  return withLentFolder(pid, async ({ folder, inside }) => {
    await copyFile(profiler.library, join(folder, basename(profiler.library)));
    const agent = join(inside, basename(profiler.library));
    await loadProfiler(pid, agent, `start,event=${name}.<init>,timeout=${Math.ceil(forMs / 1000) + spareSeconds}`);
    const startedAt = performance.now();
    await delay(forMs, undefined, { signal }).catch(() => {});
    const intervalMs = Math.min(forMs, Math.round(performance.now() - startedAt));
    await loadProfiler(pid, agent, `stop,collapsed,file=${join(inside, 'created.collapsed')}`);
    const text = await readFile(join(folder, 'created.collapsed'), 'utf8');
    await mkdir(outputFolder, { recursive: true });
    const collapsedFile = `${freeName(outputFolder, `created-${pid}`)}.collapsed`;
    await writeWhole(collapsedFile, text);
    return { className: name, intervalMs, ...sumUp(text), collapsedFile };
  });
}

/** Pure. A collapsed stack's number is of calls here. A constructor that another one of the class has called is the same object. */
export function sumUp(text: string): Pick<CreationStacks, 'calls' | 'top'> {
  const stacks = parseCollapsedStacks(text).filter(({ frames }) => frames.at(-1) !== frames.at(-2));
  const calls = stacks.reduce((sum, { bytes }) => sum + bytes, 0);
  const worthShowing = joinAlike(stacks).filter(({ bytes }) => bytes >= smallestShare * calls);
  const top = worthShowing.slice(0, stacksKept).map(({ bytes, frames }) => ({ calls: bytes, frames: frames.map(inJava) }));
  return { calls, top };
}

/** `java/util/zip/Inflater.<init>` → `java.util.zip.Inflater.<init>`. */
function inJava(frame: string): string {
  return frame.replaceAll('/', '.');
}
