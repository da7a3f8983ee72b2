import type { DeadFinding, DeadMemory, DeadResult } from '../../model/dead.ts';
import type { Evidence } from '../../model/doctor.ts';
import { isSince } from '../../model/jdk-releases.ts';
import { formatMiB } from '../../model/units.ts';
import type { ReportedDeath } from '../../observe/dead/hs-err.ts';
import { failureFindings } from './failure-findings.ts';
import { heldFindings } from './held-findings.ts';

type Judged = Pick<
  DeadResult,
  'verdict' | 'findings' | 'process' | 'failure' | 'limits' | 'host' | 'memory' | 'jvm' | 'blindSpots'
>;

/** What an error report says: why the JVM ended, who held its memory, and what to do. */
export function judgeHsErr(death: ReportedDeath, { isWhole }: { isWhole: boolean }): Judged {
  const { head, limits, host, memory, failure, evidence } = death;
  const held = heldFindings(evidence);
  const findings = [...failureFindings(death), ...held];
  const { pid, version, vm, endedAt, uptimeMs } = head;
  return {
    verdict: verdictOf(findings, held, memory),
    findings,
    process: {
      ...(pid === undefined ? {} : { pid }),
      command: evidence.command,
      ...(version === undefined ? {} : { jdk: version }),
      ...(vm === undefined ? {} : { vm }),
      ...(endedAt === undefined ? {} : { endedAt }),
      ...(uptimeMs === undefined ? {} : { uptimeMs }),
      ...(evidence.threads > 0 ? { threads: evidence.threads } : {}),
      flags: evidence.jvm?.flags ?? [],
      ...(evidence.allocator.name === 'unknown' ? {} : { allocator: evidence.allocator.name }),
    },
    ...{ failure, limits, host, memory },
    ...jvmOf(evidence),
    blindSpots: blindSpotsOf(death, isWhole),
  };
}

function verdictOf([first]: readonly DeadFinding[], held: readonly DeadFinding[], memory: DeadMemory): string {
  const [heaviest] = held;
  const resident = memory.rssBytes === undefined ? undefined : `${formatMiB(memory.rssBytes)} MiB were in memory at the end.`;
  return [first?.summary, heaviest?.summary.split(/(?<=\.) /)[0], resident].filter((sentence) => sentence !== undefined).join(' ');
}

/** What a JVM that has ended had. */
export function jvmOf({ jvm }: Evidence): Pick<Judged, 'jvm'> {
  if (!jvm) return {};
  const { collector, metaspace, nmt, threads, codeCache, heap } = jvm;
  return {
    jvm: {
      ...(collector === undefined ? {} : { collector }),
      ...(metaspace ? { metaspace } : {}),
      ...(nmt ? { nmt } : {}),
      ...(threads ? { threads } : {}),
      ...(codeCache ? { codeCache } : {}),
      ...(heap
        ? { heap: { reservedBytes: heap.reservedBytes, committedBytes: heap.committedBytes, usedBytes: heap.usedBytes } }
        : {}),
    },
  };
}

function isBefore11(version: string | undefined): boolean {
  return version !== undefined && !isSince(version, ['11']);
}

/** Soon after the start there is no heap yet, nor much else. */
const youngMs = 1000;

function blindSpotsOf({ head, limits, memory, evidence }: ReportedDeath, isWhole: boolean): DeadResult['blindSpots'] {
  const spots: DeadResult['blindSpots'] = [];
  const add = (instrument: string, code: string, reason: string, cure?: string) =>
    spots.push({ instrument, code, reason, ...(cure === undefined ? {} : { cure }) });
  if (!isWhole)
    add(
      'error report',
      'not-read',
      'It has no end: the JVM was ended while it wrote it, or it is too long. What is behind that is not known.',
    );
  if (memory.parts.length === 0) add('memory map', 'not-told', 'It is not in the report.');
  else add('RSS by part', 'not-told', 'A memory map tells sizes. How much of each part was in memory no error report tells.');
  if (memory.rssBytes === undefined)
    add('RSS', 'not-told', 'This JDK does not write it down. Newer updates of JDK 11, and 17 and later do.');
  if (evidence.jvm && !evidence.jvm.nmt && (head.uptimeMs ?? youngMs) >= youngMs)
    add(
      'Native Memory Tracking',
      'switched-off',
      'It was off.',
      'It has to be on when the JVM starts: -XX:NativeMemoryTracking=summary',
    );
  if (limits.dataBytes === undefined && isBefore11(evidence.jvm?.version))
    add('ulimit -d', 'not-told', 'This JDK does not write it down.');
  add(
    'malloc’s heaps',
    'not-told',
    'Who owned which blocks, and what was kept free of each heap, only a look at a living process tells.',
    'Of the next one: offheap doctor PID, offheap owners PID',
  );
  return spots;
}
