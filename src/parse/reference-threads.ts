import type { AwaitingFinalization, StandingThread } from '../model/jvm-threads.ts';
import { printableName } from '../model/printable.ts';
import { linesOf } from './lines.ts';
import { parseThreadHeader } from './thread-print.ts';

/** A thread that runs what is to be done for objects that nobody reaches any more: finalizers, and the actions of Cleaners. */
export interface ReferenceThread {
  name: string;
  nativeId: number;
  role: StandingThread['role'];
  /** As java.lang.Thread.State has it. */
  state: string;
  /** Whether it waits for its queue, as it does when there is nothing to do. */
  isIdle: boolean;
  /** Where it stands, innermost first, without locks. */
  frames: string[];
  /** Processor time of the thread; JDK 8 does not tell. */
  cpuMs?: number;
}

/** A library may make any number of Cleaners, each with a thread. */
const maxThreads = 64;
/** Actions are short; those of a framework go through its proxies. */
const maxFrames = 64;
/** Methods and files have names of any length. */
const maxFrameLength = 400;

/**
 * Who runs finalizers and Cleaners, known by what is at the bottom of its stack, for names are anybody's (jdk: java.lang.ref.Finalizer and Reference,
 * jdk.internal.ref.CleanerImpl; JDK 8: sun.misc.Cleaner runs in the reference handler).
 */
const roles: readonly (readonly [ReferenceThread['role'], RegExp])[] = [
  ['finalizer', /^java\.lang\.ref\.Finalizer\$FinalizerThread\.run\(/],
  ['cleaner', /^jdk\.internal\.ref\.CleanerImpl\.run\(/],
  ['reference handler', /^java\.lang\.ref\.Reference\$ReferenceHandler\.run\(/],
];
/** JDK 8 waits in tryHandlePending. */
const idle = /^java\.lang\.ref\.(?:ReferenceQueue\.(?:remove|await)|Reference\.(?:waitForReferencePendingList|tryHandlePending))/;

/** Of `Thread.print`: the threads of `java.lang.ref`. */
export function parseReferenceThreads(text: string): ReferenceThread[] {
  const threads: ReferenceThread[] = [];
  let header = '';
  let state = '';
  let frames: string[] = [];
  const end = () => {
    const thread = header === '' ? undefined : toThread(header, state, frames);
    if (thread && threads.length < maxThreads) threads.push(thread);
    [header, state, frames] = ['', '', []];
  };
  for (const line of linesOf(text)) {
    if (line.startsWith('"')) {
      end();
      header = line;
    } else if (line === '') end();
    else if (line.startsWith('   java.lang.Thread.State: ')) state = line.slice('   java.lang.Thread.State: '.length);
    else if (line.startsWith('\tat ')) keep(frames, line.slice('\tat '.length));
  }
  end();
  return threads;
}

/** The innermost, and the outermost: of a stack that is deeper than any, the end tells whose it is. */
function keep(frames: string[], frame: string): void {
  if (frames.length >= maxFrames) frames.splice(maxFrames / 2, 1);
  frames.push(frame);
}

function toThread(header: string, state: string, frames: readonly string[]): ReferenceThread | undefined {
  const found = roles.find(([, bottom]) => frames.some((frame) => bottom.test(frame)));
  const thread = found && parseThreadHeader(header);
  if (!thread) return undefined;
  const { name, nativeId } = thread;
  const cpuMs = Number(/ cpu=(\d{1,12}(?:\.\d{1,3})?)ms /.exec(header.slice(name.length))?.[1] ?? Number.NaN);
  return {
    name,
    nativeId,
    role: found[0],
    state: /^[A-Z_]{1,20}/.exec(state)?.[0] ?? '',
    isIdle: frames.some((frame) => idle.test(frame)),
    frames: frames.map((frame) => printableName(frame.slice(0, maxFrameLength))),
    ...(cpuMs >= 0 ? { cpuMs } : {}),
  };
}

const maxClasses = 10;

/** Of `GC.finalizer_info`. Undefined where none waits. */
export function parseFinalizerInfo(text: string): AwaitingFinalization | undefined {
  const classes: AwaitingFinalization['classes'] = [];
  let count = 0;
  for (const line of linesOf(text)) {
    const [, instances, className] = /^ *(\d{1,15}) {1,4}(\S{1,1000})$/.exec(line) ?? [];
    if (instances === undefined || className === undefined) continue;
    count += Number(instances);
    classes.push({ className: printableName(className), instances: Number(instances) });
  }
  classes.sort((a, b) => b.instances - a.instances);
  return count === 0 ? undefined : { count, classes: classes.slice(0, maxClasses) };
}
