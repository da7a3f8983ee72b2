import { isToldToRefuse } from '../doctor/apply.ts';
import type { Patient } from '../doctor/patient.ts';
import { runDiagnosticCommand } from '../jvm/attach.ts';
import type { AllocatorAnswer, AllocatorRequest } from '../model/allocator-answer.ts';
import type { Evidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import type { Owner } from '../model/owners.ts';
import { present } from '../model/present.ts';
import { inspectHeap } from '../native/inspector.ts';
import { askAllocator } from '../observe/ask-allocator.ts';
import { collectEvidence } from '../observe/evidence.ts';
import { Glancer } from '../observe/glance.ts';
import { takeSecondLook } from '../observe/growth.ts';
import { readProcFile } from '../observe/identity.ts';
import { changedOwners, findPointedOwners } from '../observe/pointed-owners.ts';
import { withPurgeable } from '../observe/purgeable.ts';
import type { InspectHeap } from '../observe/readings.ts';
import { unknownBecause } from '../observe/unknown.ts';
import { parsePulse, parseResourceUse } from '../parse/proc-stat.ts';
import { pageSizeBytes } from '../process/page-map.ts';
import { servingAnswer } from '../stats/allocator-idle.ts';

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
  /** Whether there will be a second look, which tells what has grown. Default false. */
  looksAgain?: boolean;
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
    looksAgain = false,
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
  const ask = async (request: AllocatorRequest) => {
    if (!isAgentSaid) onAgent?.();
    isAgentSaid = true;
    const answers = await askAllocator(pid, request, { timeoutMs, signal });
    return request === 'ask' ? withPurgeable(pid, answers, signal) : answers;
  };
  const answered = async (evidence: Evidence): Promise<Evidence> =>
    asksAllocator && evidence.isJvm ? withAnswers(evidence, () => ask('ask')) : evidence;
  // Of glibc's malloc the heaps are read instead, and one that does not answer is not asked again and again.
  let tellsAllocated = false;
  let pointedBefore: Owner[] | undefined;
  const findPointed = (evidence: Evidence) => findPointedOwners(evidence, { budgetMs: ownersBudgetMs, signal });
  const look: Patient['look'] = async ({ isWarmUp } = { isWarmUp: false }) => {
    const evidence = await answered(await collectEvidence(pid, { ...options, isWarmUp }));
    tellsAllocated = looksAgain && !evidence.malloc && servingAnswer(evidence)?.figures.allocatedBytes !== undefined;
    if (tellsAllocated && !isWarmUp) pointedBefore = await findPointed(evidence);
    return evidence;
  };
  const lookAgain: Patient['lookAgain'] = async (first, glances) => {
    const second = await takeSecondLook(first, options, glances, answered);
    const owners = tellsAllocated ? changedOwners(pointedBefore, await findPointed(second)) : [];
    return owners.length === 0 ? second : { ...second, growth: { ...second.growth, owners } };
  };
  const readAllocated = async () =>
    tellsAllocated ? present('allocatedBytes', await readAllocatedBytes(pid, { timeoutMs, signal })) : {};
  return {
    look,
    lookAgain,
    askAllocator: ask,
    glance: async (budgetMs) => ({ ...(await readAllocated()), ...(await glancer.glance({ inspect, budgetMs, signal })) }),
    inspect: () => inspectHeap(pid, calledOff),
    readRssBytes: async () => (parsePulse(await readProcFile(pid, 'stat'))?.rssPages ?? 0) * pageSizeBytes,
    readUse: async () => parseResourceUse(await readProcFile(pid, 'stat')),
    ask: (command) => runDiagnosticCommand(pid, command, { timeoutMs, ...calledOff }),
  };
}

/** What the allocators answer, or why they do not. */
async function withAnswers(evidence: Evidence, ask: () => Promise<AllocatorAnswer[]>): Promise<Evidence> {
  if (isToldToRefuse(evidence))
    return { ...evidence, unknown: [...evidence.unknown, { instrument: 'allocator', code: 'attach-disabled' }] };
  try {
    return { ...evidence, allocatorAnswers: await ask() };
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    return { ...evidence, unknown: [...evidence.unknown, unknownBecause('allocator', error)] };
  }
}

/** Of the one that serves malloc; a reading that fails is one less. */
async function readAllocatedBytes(pid: number, options: Pick<PatientOptions, 'timeoutMs' | 'signal'>): Promise<number | undefined> {
  try {
    const answers = await askAllocator(pid, 'ask', { ...options, staysInPlace: true });
    return servingAnswer({ allocatorAnswers: answers })?.figures.allocatedBytes;
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    return undefined;
  }
}
