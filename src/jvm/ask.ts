import { OffheapError } from '../model/errors.ts';
import { parseCommandNames, parseVmFlags } from '../parse/vm-texts.ts';
import { runDiagnosticCommand } from './attach.ts';
import { AttachError, type AttachProblem, isRefused } from './attach-error.ts';

export interface JvmAnswers {
  /** Command → its text. A command the JVM has not, or refuses, is absent. */
  texts: ReadonlyMap<string, string>;
  /** Names of the commands this JVM has. */
  commands: ReadonlySet<string>;
  /** Why the JVM answered nothing, or nothing more. */
  failure?: AttachFailure;
}

export interface AttachFailure {
  problem: AttachProblem;
  message: string;
}

export interface AskOptions {
  /** For all of them together. */
  timeoutMs: number;
  /** GC.class_histogram too: it stops the JVM while it walks the whole heap. */
  histogram: boolean;
  /** The addresses by category of NMT, where it is at `detail`: the JVM works on them for a second, for it looks up the names of all allocation sites. */
  nmtRanges: boolean;
  /** Thread.print too: it stops the JVM for some microseconds a thread. */
  threads: boolean;
}

/** None of these stops the JVM for longer than a short safepoint. */
const always = [
  'VM.version',
  'VM.uptime',
  'VM.flags',
  'GC.heap_info',
  'VM.info',
  'VM.metaspace',
  'VM.native_memory summary scale=1',
];
const nmtDetail = 'VM.native_memory detail scale=1';

/** Asks one command after the other, since the JVM has one thread that answers. The first that gets no answer in time is the last. */
export async function askJvm(pid: number, { timeoutMs, histogram, nmtRanges, threads }: AskOptions): Promise<JvmAnswers> {
  const texts = new Map<string, string>();
  const deadline = performance.now() + timeoutMs;
  const ask = async (command: string) => {
    try {
      texts.set(command, await runDiagnosticCommand(pid, command, { timeoutMs: Math.max(1, deadline - performance.now()) }));
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  };
  try {
    await ask('help');
    for (const command of always) await ask(command);
    if (threads) await ask('Thread.print');
    if (histogram) await ask('GC.class_histogram -all');
    if (nmtRanges && parseVmFlags(texts.get('VM.flags') ?? '').includes('-XX:NativeMemoryTracking=detail')) await ask(nmtDetail);
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    return { texts, commands: parseCommandNames(texts.get('help') ?? ''), failure: failureOf(error) };
  }
  return { texts, commands: parseCommandNames(texts.get('help') ?? '') };
}

function failureOf(error: OffheapError): AttachFailure {
  return { problem: error instanceof AttachError ? error.problem : 'failed', message: error.message };
}
