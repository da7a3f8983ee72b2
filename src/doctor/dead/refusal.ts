import type { DeadMemory, DeathCode, DeathFailure, DeathLimits } from '../../model/dead.ts';
import type { Evidence } from '../../model/doctor.ts';
import { bytesPerMiB } from '../../model/units.ts';

/** What is known of a death, for the question which limit refused the memory. */
export interface Refused {
  failure: DeathFailure;
  limits: DeathLimits;
  host: { ramBytes?: number; availableBytes?: number; swapBytes?: number; freeSwapBytes?: number };
  memory: DeadMemory;
  evidence: Evidence;
}

/** The limit that refused it, or may have. */
export interface Refusal {
  code: DeathCode;
  /** Whether the figures leave no other answer. */
  isCertain: boolean;
  /** The limit, what was used of it, and what was asked for beyond. */
  limit: number;
  used: number;
  unit: 'bytes' | 'count';
  /** Of several limits of one code: which. */
  name?: string;
}

/** What a JVM asks for a thread where it does not say so: its stack. */
const usualStackBytes = bytesPerMiB;
/** Of memory that the JVM gave back between the refusal and its report, or had not asked for yet. */
const slackBytes = 8 * bytesPerMiB;
/** A mapping that is cut in two needs one more; the report itself some. */
const slackMappings = 64;
const slackThreads = 4;
/** Another process, or thread, may have taken the last of it. */
const nearShare = 0.9;
/** A machine that has less available is out of memory, and a reserve of the kernel's. */
const leastAvailableShare = 0.03;
/** vm.overcommit_memory: 2 refuses beyond the limit; 0 what is more than all memory there is. */
const [heuristic, strict] = [0, 2];

/** Limits that can refuse, the most exact first. Each tells only where its own figures speak for it. */
export function refusalsOf(death: Refused): Refusal[] {
  const askedBytes = askedOf(death.failure);
  const ofThreads = death.failure.way === 'thread' ? threadLimits(death) : [];
  return [
    ...addressSpace(death, askedBytes),
    ...data(death, askedBytes),
    ...mappings(death),
    ...ofThreads,
    ...commit(death, askedBytes),
    ...hostMemory(death, askedBytes),
    ...container(death),
  ].sort((a, b) => Number(b.isCertain) - Number(a.isCertain));
}

function askedOf({ askedBytes, way }: DeathFailure): number {
  return askedBytes ?? (way === 'thread' ? usualStackBytes : 0);
}

function overLimit(code: DeathCode, { limit, used }: { limit: number; used: number }, askedBytes: number): Refusal[] {
  const isCertain = used + askedBytes + slackBytes > limit;
  return isCertain || used > nearShare * limit ? [{ code, isCertain, limit, used, unit: 'bytes' }] : [];
}

function addressSpace({ limits, memory }: Refused, askedBytes: number): Refusal[] {
  const { addressSpaceBytes: limit } = limits;
  const { virtualBytes: used } = memory;
  return limit === undefined || used === undefined ? [] : overLimit('address-space-limit', { limit, used }, askedBytes);
}

function data({ limits, memory }: Refused, askedBytes: number): Refusal[] {
  const { dataBytes: limit } = limits;
  const { committedBytes: used } = memory;
  return limit === undefined || used === undefined ? [] : overLimit('data-limit', { limit, used }, askedBytes);
}

/** Linux' default, which JDK 8 does not print. */
const usualMappings = 65_530;

function mappings({ limits, memory }: Refused): Refusal[] {
  const { mappings: limit = usualMappings } = limits;
  const { mappings: used = 0 } = memory;
  return used + slackMappings > limit ? [{ code: 'mapping-limit', isCertain: true, limit, used, unit: 'count' }] : [];
}

function threadLimits({ limits, evidence }: Refused): Refusal[] {
  const { containerThreads, containerThreadsUsed, userThreads, systemThreads } = limits;
  const own = evidence.threads;
  const of = (name: string, limit: number | undefined, used: number | undefined): Refusal[] => {
    if (limit === undefined || used === undefined) return [];
    const isCertain = used + slackThreads >= limit;
    return isCertain || used > limit / 2 ? [{ code: 'thread-limit', isCertain, limit, used, unit: 'count', name }] : [];
  };
  return [
    ...of('the limit of threads in its container (pids.max)', containerThreads, containerThreadsUsed),
    ...of('the limit of threads of its user (ulimit -u)', userThreads, own),
    ...of('the limit of threads of the machine (kernel.threads-max, kernel.pid_max)', systemThreads, own),
  ];
}

/** With vm.overcommit_memory=2 nothing is promised beyond the limit: where more is, the mode is another. */
function commit({ limits }: Refused, askedBytes: number): Refusal[] {
  const { commitBytes: limit, committedBytes: used, overcommit } = limits;
  if (limit === undefined || used === undefined || used > limit) return [];
  if (overcommit !== undefined && overcommit !== strict) return [];
  if (used + askedBytes + slackBytes <= limit) return [];
  return [{ code: 'commit-limit', isCertain: overcommit === strict, limit, used, unit: 'bytes' }];
}

function hostMemory({ host, limits }: Refused, askedBytes: number): Refusal[] {
  const { ramBytes, swapBytes = 0, availableBytes, freeSwapBytes = 0 } = host;
  if (ramBytes === undefined) return [];
  const limit = ramBytes + swapBytes;
  const leftBytes = availableBytes === undefined ? undefined : availableBytes + freeSwapBytes;
  const used = leftBytes === undefined ? 0 : Math.max(0, limit - leftBytes);
  if (askedBytes > limit && (limits.overcommit ?? heuristic) === heuristic)
    return [{ code: 'host-memory', isCertain: true, limit, used, unit: 'bytes' }];
  if (leftBytes === undefined || leftBytes > leastAvailableShare * limit) return [];
  return [{ code: 'host-memory', isCertain: false, limit, used, unit: 'bytes' }];
}

/** The kernel kills at this limit and refuses nothing, but for a thread's own memory and pages that are taken at once. */
function container({ limits }: Refused): Refusal[] {
  const { containerBytes: limit, containerUsedBytes: used } = limits;
  if (limit === undefined || used === undefined || used < nearShare * limit) return [];
  return [{ code: 'container-limit', isCertain: false, limit, used, unit: 'bytes' }];
}
