import type { DeadFinding, DeathCode, DeathFailure } from '../../model/dead.ts';
import { bytesPerKiB, bytesPerMiB, formatCount, formatMiB } from '../../model/units.ts';
import { fixesOfCrash, fixesOfJavaMemory, fixesOfRefusal } from './fixes.ts';
import { type Refusal, type Refused, refusalsOf } from './refusal.ts';

/** What ended the process, as findings: the first is the answer, others what may have been it. */
export function failureFindings(death: Refused): DeadFinding[] {
  const [first, ...others] = findingsOf(death);
  const errors = death.failure.outOfMemoryErrors ?? 0;
  if (!first || errors === 0 || death.failure.kind === 'java') return first ? [first, ...others] : [];
  const before = `Java code had got ${formatCount(errors)} OutOfMemoryError${errors === 1 ? '' : 's'} before.`;
  return [{ ...first, summary: `${first.summary} ${before}` }, ...others];
}

function findingsOf(death: Refused): DeadFinding[] {
  const { failure } = death;
  if (failure.kind === 'crash') return [crash(death)];
  if (failure.kind === 'java') return [javaMemory(death)];
  const refusals = refusalsOf(death);
  const [first] = refusals;
  const certain = refusals.filter(({ isCertain }) => isCertain);
  if (!first) return [refusedByNobody(death)];
  const shown = certain.length > 0 ? certain.slice(0, 1) : refusals;
  return shown.map((refusal, index) => refusedBy(death, refusal, index === 0));
}

function describeAsked({ askedBytes, way, purpose, message }: DeathFailure): string {
  const what = purpose === undefined ? '' : ` (${purpose})`;
  if (askedBytes !== undefined) return `The JVM ended because ${way ?? 'the kernel'} refused it ${formatBytes(askedBytes)}${what}.`;
  return way === 'thread'
    ? `The JVM ended because it could not start a thread: ${message.replace(/\.$/, '')}.`
    : `The JVM ended because it got no memory: ${message.replace(/\.$/, '')}.`;
}

/** Small ones in KiB: a JVM asks for some pages. */
function formatBytes(bytes: number): string {
  return bytes < bytesPerMiB ? `${formatCount(Math.ceil(bytes / bytesPerKiB))} KiB` : `${formatMiB(bytes)} MiB`;
}

const limitNames: Partial<Record<DeathCode, string>> = {
  'address-space-limit': 'the limit of its address space (ulimit -v)',
  'data-limit': 'the limit of its data (ulimit -d)',
  'mapping-limit': 'the limit of mappings (vm.max_map_count)',
  'thread-limit': 'a limit of threads',
  'commit-limit': 'what the kernel promises to all processes (CommitLimit, vm.overcommit_memory=2)',
  'host-memory': 'what the machine has of memory and swap',
  'container-limit': 'the memory limit of its container',
};

function refusedBy(death: Refused, refusal: Refusal, isFirst: boolean): DeadFinding {
  const { code, isCertain, limit, used, unit } = refusal;
  const asked = isFirst ? `${describeAsked(death.failure)} ` : '';
  const name = refusal.name ?? limitNames[code] ?? code;
  const format = unit === 'bytes' ? formatMiB : formatCount;
  // A JVM that has only begun tells no threads.
  const figures = `${used === 0 ? '' : `${format(used)} of `}${format(limit)}${unit === 'bytes' ? ' MiB' : ''}`;
  const reached = isCertain ? `It had reached ${name}: ${figures}.` : `It was near ${name}: ${figures}. That may have been it.`;
  const isMoreThanAll = code === 'host-memory' && isCertain;
  const what = isMoreThanAll
    ? `That is more than the machine has of memory and swap, ${formatMiB(limit)} MiB: the kernel refuses it at once.`
    : reached;
  return {
    code,
    severity: isFirst ? 'problem' : 'notice',
    summary: `${asked}${what}${remarkOn(death, refusal)}`,
    evidence: {
      ...(unit === 'bytes' ? { bytes: used, limitBytes: limit } : { used, limit }),
      ...(death.failure.askedBytes === undefined ? {} : { askedBytes: death.failure.askedBytes }),
    },
    fixes: fixesOfRefusal(code, death),
  };
}

function remarkOn({ memory, evidence }: Refused, { code }: Refusal): string {
  if (code === 'address-space-limit') {
    const { virtualBytes = 0, committedBytes = 0 } = memory;
    return ` Only ${formatMiB(committedBytes)} MiB were committed: the other ${formatMiB(Math.max(0, virtualBytes - committedBytes))} MiB were files, and addresses that were reserved and hold nothing.`;
  }
  if (code === 'mapping-limit') {
    const [most] = [...memory.parts].sort((a, b) => b.mappings - a.mappings);
    return most ? ` Most of them were ${most.kind}: ${formatCount(most.mappings)}.` : '';
  }
  if (code === 'thread-limit') {
    const [group] = evidence.jvm?.threads?.groups ?? [];
    return group && group.count > 1 ? ` Most of its threads were named ${group.name} (${formatCount(group.count)}).` : '';
  }
  return code === 'container-limit' ? ' At that limit the kernel kills, and seldom refuses.' : '';
}

function refusedByNobody(death: Refused): DeadFinding {
  const { failure, memory } = death;
  return {
    code: 'allocation-refused',
    severity: 'problem',
    summary: `${describeAsked(failure)} No limit that the report tells was near: not ulimit, vm.max_map_count, the commit limit, the container or the machine’s memory.`,
    evidence: {
      ...(memory.committedBytes === undefined ? {} : { bytes: memory.committedBytes }),
      ...(failure.askedBytes === undefined ? {} : { askedBytes: failure.askedBytes }),
    },
    fixes: fixesOfRefusal('allocation-refused', death),
  };
}

/** What the JVM says of an OutOfMemoryError, by its beginning (jdk: javaClasses and universe.cpp, the preallocated errors). */
const javaCodes: readonly [RegExp, DeathCode][] = [
  [/^Java heap space|^GC overhead limit|^Requested array size/, 'java-heap-full'],
  [/^Metaspace/, 'metaspace-full'],
  [/^Compressed class space/, 'class-space-full'],
  [/^unable to create (?:new )?native thread/, 'thread-limit'],
];

function javaMemory(death: Refused): DeadFinding {
  const { message } = death.failure;
  const code = javaCodes.find(([pattern]) => pattern.test(message))?.[1] ?? 'java-memory-refused';
  if (code === 'thread-limit') return threadRefused(death);
  const { heap, metaspace } = death.evidence.jvm ?? {};
  const figures =
    code === 'java-heap-full' && heap
      ? ` ${formatMiB(heap.usedBytes)} of ${formatMiB(heap.committedBytes)} MiB of the Java heap were in use, and it may have ${formatMiB(heap.reservedBytes)}.`
      : (code === 'metaspace-full' || code === 'class-space-full') && metaspace
        ? ` ${formatMiB(metaspace.usedBytes)} MiB of metaspace were in use.`
        : '';
  const bytes = code === 'java-heap-full' ? heap?.usedBytes : metaspace?.usedBytes;
  return {
    code,
    severity: 'problem',
    summary: `The JVM ended at an OutOfMemoryError, as -XX:+CrashOnOutOfMemoryError wants it: ${message.replace(/\.$/, '')}.${figures}`,
    evidence: bytes === undefined ? {} : { bytes },
    fixes: fixesOfJavaMemory(code),
  };
}

/** Of a thread the JVM knows neither whether memory or a number was refused. */
function threadRefused(death: Refused): DeadFinding {
  const asThread: Refused = { ...death, failure: { ...death.failure, kind: 'native', way: 'thread' } };
  const [refusal] = refusalsOf(asThread);
  if (refusal) return refusedBy(asThread, refusal, true);
  const { limits, evidence } = death;
  const [group] = evidence.jvm?.threads?.groups ?? [];
  const most = group ? `, most of them named ${group.name} (${formatCount(group.count)})` : '';
  const user =
    limits.userThreads === undefined
      ? ''
      : ` Its user may have ${formatCount(limits.userThreads)} in all processes together (ulimit -u), of which the report does not tell.`;
  return {
    code: 'thread-limit',
    severity: 'problem',
    summary: `${describeAsked(asThread.failure)} It had ${formatCount(evidence.threads)} threads${most}.${user}`,
    evidence: { threads: evidence.threads },
    fixes: fixesOfRefusal('thread-limit', asThread),
  };
}

function crash(death: Refused): DeadFinding {
  const { message, frame } = death.failure;
  const where = frame === undefined ? '' : ` in ${frame}`;
  const bus = message.startsWith('SIGBUS')
    ? ' A SIGBUS comes where a page of a mapped file cannot be had: the file was cut, or its disk, its tmpfs or the huge pages were full.'
    : ' It is no want of memory, as far as the report tells.';
  return {
    code: 'crash',
    severity: 'problem',
    summary: `The JVM crashed${where}: ${message}.${bus}`,
    evidence: {},
    fixes: fixesOfCrash(death),
  };
}
