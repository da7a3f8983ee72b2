import { isToldToRefuse } from '../doctor/apply.ts';
import type { Patient } from '../doctor/patient.ts';
import { runDiagnosticCommand } from '../jvm/attach.ts';
import type { AllocatorAnswer, AllocatorRequest } from '../model/allocator-answer.ts';
import type { Evidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import { inspectHeap } from '../native/inspector.ts';
import { askAllocator } from '../observe/ask-allocator.ts';
import { collectEvidence } from '../observe/evidence.ts';
import { Glancer } from '../observe/glance.ts';
import { takeSecondLook } from '../observe/growth.ts';
import { readProcFile } from '../observe/identity.ts';
import type { InspectHeap } from '../observe/readings.ts';
import { unknownBecause } from '../observe/unknown.ts';
import { parsePulse, parseResourceUse } from '../parse/proc-stat.ts';
import { pageSizeBytes } from '../process/page-map.ts';

export interface PatientOptions {
  /** For all answers of the JVM to one look, and for each thing it is told to do. */
  timeoutMs: number;
  histogram?: boolean;
  /** As in `ReadingOptions`. Default 0. */
  patienceMs?: number;
  /** As in `ReadingOptions`. Default 0. */
  ownersBudgetMs?: number;
  /** Whether each look has the JVM load the agent by which its allocators answer. Default false. */
  asksAllocator?: boolean;
  onLonger?: ((budgetMs: number) => void) | undefined;
  /** Called before the JVM is told to load an agent, the first time. */
  onAgent?: (() => void) | undefined;
  /** Calls off whatever is under way: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** glibc serves some 8,000 sizes below 128 KiB: all of them. */
const mostSizes = 10_000;

/** A running process as the doctor looks at it, and asks it. */
export function makePatient(
  pid: number,
  {
    timeoutMs,
    histogram = false,
    patienceMs = 0,
    ownersBudgetMs = 0,
    asksAllocator = false,
    onLonger,
    onAgent,
    signal,
  }: PatientOptions,
): Patient {
  const calledOff = signal ? { signal } : {};
  const inspect: InspectHeap = (id, options) => inspectHeap(id, { ...options, sizes: mostSizes });
  const glancer = new Glancer(pid);
  const options = { inspect, histogram, blockMakers: true, timeoutMs, patienceMs, ownersBudgetMs, onLonger, ...calledOff };
  let isAgentSaid = false;
  const ask = (request: AllocatorRequest) => {
    if (!isAgentSaid) onAgent?.();
    isAgentSaid = true;
    return askAllocator(pid, request, { timeoutMs, signal });
  };
  const answered = async <Look extends Evidence>(evidence: Look): Promise<Look> =>
    asksAllocator && evidence.isJvm ? withAnswers(evidence, () => ask('ask')) : evidence;
  return {
    look: async ({ isWarmUp } = { isWarmUp: false }) => answered(await collectEvidence(pid, { ...options, isWarmUp })),
    lookAgain: async (first, glances) => answered(await takeSecondLook(first, options, glances)),
    askAllocator: ask,
    glance: (budgetMs) => glancer.glance({ inspect, budgetMs, signal }),
    inspect: () => inspectHeap(pid, calledOff),
    readRssBytes: async () => (parsePulse(await readProcFile(pid, 'stat'))?.rssPages ?? 0) * pageSizeBytes,
    readUse: async () => parseResourceUse(await readProcFile(pid, 'stat')),
    ask: (command) => runDiagnosticCommand(pid, command, { timeoutMs, ...calledOff }),
  };
}

/** What the allocators answer, or why they do not. */
async function withAnswers<Look extends Evidence>(evidence: Look, ask: () => Promise<AllocatorAnswer[]>): Promise<Look> {
  const refused = { ...evidence, unknown: [...evidence.unknown, { instrument: 'allocator', code: 'attach-disabled' } as const] };
  if (isToldToRefuse(evidence)) return refused;
  try {
    return { ...evidence, allocatorAnswers: await ask() };
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    return { ...evidence, unknown: [...evidence.unknown, unknownBecause('allocator', error)] };
  }
}
