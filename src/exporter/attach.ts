import { allowsAttach } from '../jvm/attach-allowed.ts';
import { readPerfData } from '../jvm/perf-data.ts';
import { OffheapError } from '../model/errors.ts';
import { askNmt, askPlaces, type JvmFacts, noFacts } from '../observe/jvm.ts';
import { withLastingPlaces } from '../observe/own-places.ts';
import type { JvmAnswersSeldom, ReportFailure, Start, Subject } from './subject.ts';

/** For all answers together. */
const timeoutMs = 2000;

export interface SeldomOptions {
  intervalMs: number;
  /** Whether it is asked for its flags, once. */
  withFlags: boolean;
  /** Read only when it is to be asked. */
  readStart: () => Promise<Start>;
  report: ReportFailure;
  /** Calls it off: it rejects. */
  signal: AbortSignal;
}

/** Asks a JVM where its heap and its code lie, and reads it of one that does not tell, which it does once, and for its NMT, again after `intervalMs`, if that is on: it cannot be switched on later. */
export async function askSeldom(
  subject: Subject,
  { intervalMs, withFlags, readStart, report, signal }: SeldomOptions,
): Promise<JvmAnswersSeldom> {
  const known = subject.memory.answers;
  const now = performance.now();
  if (known && now - known.askedAt < intervalMs) return known;
  if (known?.jvm.isNmtOff) return known;
  const { files, environment = new Map() } = await readStart();
  const counters = await readPerfData(subject.pid, files);
  const isAllowed = allowsAttach({ argv: subject.argv, environment, counters });
  const before = known?.jvm ?? noFacts;
  const jvm = isAllowed ? await ask(subject, before, { withFlags, report, signal }) : before;
  return { askedAt: now, jvm: jvm.places.length > 0 ? jvm : await withLastingPlaces(subject.pid, jvm, signal) };
}

/** What was known stays known where it does not answer, but for its NMT. */
async function ask(
  { pid }: Subject,
  known: JvmFacts,
  { withFlags, report, signal }: Pick<SeldomOptions, 'withFlags' | 'report' | 'signal'>,
): Promise<JvmFacts> {
  const deadline = performance.now() + timeoutMs;
  const left = () => Math.max(1, deadline - performance.now());
  let { nmt: _, ...facts }: JvmFacts = known;
  try {
    if (!facts.hasAnswered) {
      facts = await askPlaces(pid, { withFlags, timeoutMs: left(), signal });
      if (facts.tooLong.length > 0) report('jvm', 'ATTACH_FAILED');
    }
    const nmt = await askNmt(pid, { timeoutMs: left(), signal });
    return nmt ? { ...facts, nmt } : { ...facts, isNmtOff: true };
  } catch (error) {
    if (!(error instanceof OffheapError) || error.code === 'NO_SUCH_PROCESS') throw error;
    report('jvm', error.code);
    return facts;
  }
}
