import { runDiagnosticCommand } from '../jvm/attach.ts';
import { allowsAttach } from '../jvm/attach-allowed.ts';
import { readPerfData } from '../jvm/perf-data.ts';
import { OffheapError } from '../model/errors.ts';
import { toFacts } from '../observe/jvm.ts';
import type { JvmAnswersSeldom, ReportFailure, Subject } from './subject.ts';

const nmtCommand = 'VM.native_memory summary scale=1';
const timeoutMs = 2000;

/**
 * Asks a JVM where its heap and its code lie, which it does once, and for its NMT, again after `intervalMs`, if that is on: it cannot be switched on
 * later. VM.info, which knows more addresses, is not asked: for its sake a JVM reads its own symbol tables and keeps 4 to 5 MiB of malloc.
 */
export async function askSeldom(
  subject: Subject,
  { files, environment }: { files: readonly string[]; environment: ReadonlyMap<string, string> },
  intervalMs: number,
  report: ReportFailure,
): Promise<JvmAnswersSeldom> {
  const known = subject.memory.answers;
  const now = performance.now();
  if (known && now - known.askedAt < intervalMs) return known;
  if (known?.jvm.hasAnswered && known.jvm.nmt === undefined) return known;
  const counters = await readPerfData(subject.pid, files);
  const isAllowed = allowsAttach({ argv: subject.argv, environment, counters });
  const texts = isAllowed ? await ask(subject, known?.texts, report) : new Map<string, string>();
  return { askedAt: now, texts, jvm: toFacts({ texts, commands: new Set() }) };
}

async function ask(
  { pid }: Subject,
  known: JvmAnswersSeldom['texts'] | undefined,
  report: ReportFailure,
): Promise<Map<string, string>> {
  const texts = new Map(known);
  texts.delete(nmtCommand);
  try {
    if (!texts.has('GC.heap_info')) {
      texts.set('GC.heap_info', await runDiagnosticCommand(pid, 'GC.heap_info', { timeoutMs }));
      // It prints the bounds of the code heaps as VM.info does, and nothing else of it.
      texts.set('VM.info', await runDiagnosticCommand(pid, 'Compiler.codecache', { timeoutMs }));
    }
    texts.set(nmtCommand, await runDiagnosticCommand(pid, nmtCommand, { timeoutMs }));
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    if (error.code === 'NO_SUCH_PROCESS') throw error;
    report('jvm', error.code);
  }
  return texts;
}
