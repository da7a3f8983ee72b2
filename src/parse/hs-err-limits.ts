import type { DeadMemory, DeathLimits } from '../model/dead.ts';
import { present } from '../model/present.ts';
import { bytesPerKiB } from '../model/units.ts';
import { sectionOf } from './hs-err.ts';
import { matchLine } from './lines.ts';
import { parseKiBFields } from './proc-fields.ts';

/** What an error report tells of limits and of the machine. */
export interface HsErrLimits {
  limits: DeathLimits;
  host: { ramBytes?: number; availableBytes?: number; swapBytes?: number; freeSwapBytes?: number };
  process: Omit<DeadMemory, 'parts' | 'committedBytes' | 'mappings'>;
}

export function parseHsErrLimits(text: string): HsErrLimits {
  const host = parseKiBFields(sectionOf(text, '/proc/meminfo:'));
  const threadsMax = fileNumber(text, '/proc/sys/kernel/threads-max');
  const pidMax = fileNumber(text, '/proc/sys/kernel/pid_max');
  const systemThreads = Math.min(threadsMax ?? Number.POSITIVE_INFINITY, pidMax ?? Number.POSITIVE_INFINITY);
  return {
    limits: {
      ...rlimits(text),
      ...present('mappings', fileNumber(text, '/proc/sys/vm/max_map_count')),
      ...(Number.isFinite(systemThreads) ? { systemThreads } : {}),
      ...containerOf(sectionOf(text, 'container (cgroup) information:')),
      ...present('commitBytes', host.get('CommitLimit')),
      ...present('committedBytes', host.get('Committed_AS')),
      ...present('overcommit', fileNumber(text, '/proc/sys/vm/overcommit_memory')),
    },
    host: {
      ...present('ramBytes', host.get('MemTotal')),
      ...present('availableBytes', host.get('MemAvailable')),
      ...present('swapBytes', host.get('SwapTotal')),
      ...present('freeSwapBytes', host.get('SwapFree')),
    },
    process: processOf(sectionOf(text, 'Process Memory:')),
  };
}

/** `rlimit (soft/hard): STACK 8192k/infinity , …, AS 4000000k/infinity`; JDK 8 has soft ones alone, and no DATA. */
function rlimits(text: string): DeathLimits {
  const line = matchLine(text, /^rlimit(?: \(soft\/hard\))?: (.*)/)?.[1]?.slice(0, 1000) ?? '';
  const of = (name: string): number | undefined => {
    const [, digits, unit] = new RegExp(`(?:^|[ ,])${name} (\\d{1,16})(k?)`).exec(line) ?? [];
    return digits === undefined ? undefined : Number(digits) * (unit === 'k' ? bytesPerKiB : 1);
  };
  return {
    ...present('addressSpaceBytes', of('AS')),
    ...present('dataBytes', of('DATA')),
    ...present('userThreads', of('NPROC')),
  };
}

/** A file of /proc/sys: `/proc/sys/vm/max_map_count (maximum number …): 65530`, of JDK 11 with the number in the next line; JDK 8 has none. */
function fileNumber(text: string, path: string): number | undefined {
  const at = text.indexOf(`\n${path}`);
  if (at < 0) return undefined;
  const digits = /^[^\n:]{0,200}:\s*(\d{1,15})\s/.exec(`${text.slice(at + 1, at + 401)}\n`)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const units: Readonly<Record<string, number>> = { '': 1, k: bytesPerKiB, m: bytesPerKiB ** 2, g: bytesPerKiB ** 3 };

/** Names of both cgroups' files were the JVM's own up to JDK 17 and after (jdk: os_linux.cpp, print_container_info). */
function containerOf(section: string): DeathLimits {
  const numberOf = (...names: string[]): number | undefined => {
    for (const name of names) {
      const [, digits, unit = ''] = matchLine(section, new RegExp(`^${name}: (\\d{1,19}) ?([kKmMgG]?)`)) ?? [];
      if (digits !== undefined) return Number(digits) * (units[unit.toLowerCase()] ?? 1);
    }
    return undefined;
  };
  return {
    ...present('containerBytes', limitOf(numberOf('memory_limit_in_bytes', 'memory_limit'))),
    ...present('containerUsedBytes', numberOf('memory_usage_in_bytes', 'memory_usage')),
    ...present('containerThreads', limitOf(numberOf('maximum number of tasks'))),
    ...present('containerThreadsUsed', numberOf('current number of tasks')),
  };
}

/** v1 has the largest number of pages for no limit. */
const noLimit = 2 ** 62;

function limitOf(value: number | undefined): number | undefined {
  return value === undefined || value >= noLimit ? undefined : value;
}

/** JDK 8 has none (jdk: os_linux.cpp, print_process_memory_info). */
function processOf(section: string): HsErrLimits['process'] {
  const kib = (pattern: RegExp, group = 1): number | undefined => {
    const digits = matchLine(section, pattern)?.[group];
    return digits === undefined ? undefined : Number(digits) * bytesPerKiB;
  };
  const resident = /^Resident Set Size: (\d{1,15})K(?: \(peak: (\d{1,15})K\))?/;
  const heap = /^C-Heap outstanding allocations: (\d{1,15})K, retained: (\d{1,15})K/;
  // 32 bits of older glibc may have wrapped: then they say nothing.
  const hasWrapped = matchLine(section, /^C-Heap outstanding allocations: .*\bmay have wrapped\b/) !== undefined;
  return {
    ...present('virtualBytes', kib(/^Virtual Size: (\d{1,15})K/)),
    ...present('rssBytes', kib(resident)),
    ...present('peakRssBytes', kib(resident, 2)),
    ...present('swapBytes', kib(/^Swapped out: (\d{1,15})K/)),
    ...(hasWrapped ? {} : present('mallocInUseBytes', kib(heap))),
    ...(hasWrapped ? {} : present('mallocKeptBytes', kib(heap, 2))),
  };
}
