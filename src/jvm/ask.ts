import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import { parseReferenceThreads } from '../parse/reference-threads.ts';
import { parseCommandNames, parseVmFlags } from '../parse/vm-texts.ts';
import { type AttachOptions, runDiagnosticCommand } from './attach.ts';
import { AttachError, type AttachProblem, isRefused, isTooLong } from './attach-error.ts';
import { withKnownScale } from './nmt-scale.ts';

export interface JvmAnswers {
  /** Command → its text. A command the JVM has not, or refuses, is absent. */
  texts: ReadonlyMap<string, string>;
  /** Names of the commands this JVM has. */
  commands: ReadonlySet<string>;
  /** Commands that it answered at a length beyond their bounds; of that nothing was kept. */
  tooLong: readonly string[];
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
  /** System.map too, where NMT is on: the JVM reads its own mappings as the kernel tells them, and stops for nothing. */
  systemMap: boolean;
  /** Thread.print too: it stops the JVM for some microseconds a thread. */
  threads: boolean;
  /** Calls it off: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

export const nmtSummary = 'VM.native_memory summary scale=1';
/** None of these stops the JVM for longer than a short safepoint. */
const always = ['VM.version', 'VM.uptime', 'VM.flags', 'GC.heap_info', 'VM.info', 'VM.metaspace', nmtSummary];
/** What JDK 8 has in the place of VM.metaspace: a line for each class loader, so nobody else is asked. */
export const loaderStats = 'VM.classloader_stats';
const nmtDetail = 'VM.native_memory detail scale=1';
export const systemMap = 'System.map';
/** It takes as long as to read smaps: 35 ms of a JVM with 200 mappings. */
const systemMapMs = 2000;
const threadPrint = 'Thread.print';
/** The second print, where there is one. */
export const threadPrintAgain = 'Thread.print, again';
export const finalizerInfo = 'GC.finalizer_info';
/** In which a thread that is at work moves. */
const standingMs = 200;

/**
 * Asks one command after the other, since the JVM has one thread that answers. The first that gets no answer in time is the last; one whose answer
 * is too long is that one alone.
 */
export async function askJvm(pid: number, options: AskOptions): Promise<JvmAnswers> {
  const { timeoutMs, histogram, nmtRanges, threads, signal } = options;
  const questions = new Questions(pid, { timeoutMs, signal });
  try {
    await questions.ask('help');
    for (const command of always) await questions.ask(command);
    if (![...questions.texts.keys(), ...questions.tooLong].includes('VM.metaspace')) await questions.ask(loaderStats);
    if (threads) await askThreads(questions, signal);
    if (histogram) await questions.ask('GC.class_histogram -all');
    const flags = parseVmFlags(questions.texts.get('VM.flags') ?? '');
    const answers = answersTo(questions);
    if (nmtRanges && flags.includes('-XX:NativeMemoryTracking=detail')) await questions.ask(nmtDetail);
    else if (options.systemMap && answers.commands.has(systemMap) && isNmtOn(questions.texts))
      await askSystemMap(pid, questions, options);
    return answers;
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    return { ...answersTo(questions), failure: failureOf(error) };
  }
}

function isNmtOn(texts: ReadonlyMap<string, string>): boolean {
  return /^Total: /m.test(texts.get(nmtSummary) ?? '');
}

/** The last question, with a time of its own: without its answer everything is as on a JDK that has it not. */
async function askSystemMap(pid: number, { texts, leftMs }: Questions, { signal }: AskOptions): Promise<void> {
  const alone = new Questions(pid, { timeoutMs: Math.min(systemMapMs, leftMs), signal });
  try {
    await alone.ask(systemMap);
  } catch (error) {
    if (!(error instanceof OffheapError) || error.code === 'NO_SUCH_PROCESS') throw error;
  }
  const text = alone.texts.get(systemMap);
  if (text !== undefined) texts.set(systemMap, text);
}

/** A thread that frees native memory is idle, or at work, or stands still: whether it moves, a second print tells. */
async function askThreads(questions: Questions, signal: AbortSignal | undefined): Promise<void> {
  await questions.ask(threadPrint);
  if (parseReferenceThreads(questions.texts.get(threadPrint) ?? '').every(({ isIdle }) => isIdle)) return;
  await questions.ask(finalizerInfo);
  await delay(standingMs, undefined, signal ? { signal } : {});
  await questions.ask(threadPrint, threadPrintAgain);
}

/** Questions to one JVM, with a time for all of them together. */
export class Questions {
  /** Command → its text. */
  readonly texts = new Map<string, string>();
  readonly tooLong: string[] = [];
  readonly #pid: number;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;

  constructor(pid: number, { timeoutMs, signal }: AttachOptions) {
    this.#pid = pid;
    this.#signal = signal;
    this.#deadline = performance.now() + timeoutMs;
  }

  /** A command that the JVM has not, or refuses, gets no text. `name`: of its text. @throws OffheapError when it is not to be asked any more. */
  async ask(command: string, name: string = command): Promise<void> {
    try {
      this.texts.set(name, await withKnownScale(command, (known) => this.#run(known)));
    } catch (error) {
      if (isTooLong(error)) this.tooLong.push(command);
      else if (!isRefused(error)) throw error;
    }
  }

  get leftMs(): number {
    return Math.max(1, this.#deadline - performance.now());
  }

  #run(command: string): Promise<string> {
    return runDiagnosticCommand(this.#pid, command, { timeoutMs: this.leftMs, signal: this.#signal });
  }
}

function answersTo({ texts, tooLong }: Questions): JvmAnswers {
  return { texts, tooLong, commands: parseCommandNames(texts.get('help') ?? '') };
}

function failureOf(error: OffheapError): AttachFailure {
  return { problem: error instanceof AttachError ? error.problem : 'failed', message: error.message };
}
