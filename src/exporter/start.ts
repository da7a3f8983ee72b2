import { detectAllocator } from '../allocators/detect.ts';
import type { AllocatorEvidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import { readEnvironment, readProcFile } from '../observe/identity.ts';
import { parseMappedFiles } from '../parse/maps.ts';
import { readProgram } from '../process/program.ts';
import type { ReportFailure, Start, Subject } from './subject.ts';

/** Reads at its first call what a process was started with, and remembers it. */
export function startReader(pid: number, report: ReportFailure): () => Promise<Start> {
  let start: Promise<Start> | undefined;
  return () => {
    start ??= readStart(pid, report);
    return start;
  };
}

/** Which allocator serves a process is settled when its program is linked. Without its environment nobody knows what was preloaded. */
export async function rememberAllocator({ pid, memory }: Subject, readStart: () => Promise<Start>): Promise<AllocatorEvidence> {
  if (memory.allocator) return memory.allocator;
  const { files, environment } = await readStart();
  if (!environment) return { name: 'unknown', library: '', preloaded: [], environment: {} };
  const allocator = detectAllocator({ mappedFiles: files, environment, ...(await readProgram(pid)) });
  // A copy: of a part of a string V8 keeps the whole, here what was read of `maps`.
  if (allocator.name !== 'unknown') memory.allocator = structuredClone(allocator);
  return allocator;
}

async function readStart(pid: number, report: ReportFailure): Promise<Start> {
  const files = [...parseMappedFiles(await readProcFile(pid, 'maps'))];
  const environment = await environmentOf(pid, report);
  return environment ? { files, environment } : { files };
}

/** Undefined when it may not be read: a process of another user, without CAP_DAC_READ_SEARCH. */
async function environmentOf(pid: number, report: ReportFailure): Promise<Map<string, string> | undefined> {
  try {
    const { environment, isCut } = await readEnvironment(pid);
    if (isCut) report('environment', 'INSPECT_FAILED');
    return environment;
  } catch (error) {
    if (!(error instanceof OffheapError) || error.code !== 'NO_PERMISSION') throw error;
    report('environment', error.code);
    return undefined;
  }
}
