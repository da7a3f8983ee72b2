import type { DeathCode } from '../../model/dead.ts';
import type { Fix } from '../../model/doctor.ts';
import { bytesPerMiB, formatCount, formatMiB } from '../../model/units.ts';
import { cures, nmtFlag } from '../cures.ts';
import { prescribe } from '../prescribe.ts';
import type { Refused } from './refusal.ts';

/** Four times Linux' default; the kernel takes 2^31 − 1 at most. */
const moreMappings = 262_144;
/** A large application has 100 MiB of classes there. */
const smallerClassSpace = '-XX:CompressedClassSpaceSize=256m';

/** What keeps memory from being refused the next time, the best first. */
export function fixesOfRefusal(code: DeathCode, death: Refused): Fix[] {
  return [...(byCode[code]?.(death) ?? []), ...tellMore(death)];
}

const byCode: Partial<Record<DeathCode, (death: Refused) => Fix[]>> = {
  'address-space-limit': (death) => [
    {
      action:
        'Raise the limit of address space, or lift it: a JVM reserves much that it never uses. What bounds memory is a container, or MemoryMax= of systemd.',
      command: 'ulimit -v unlimited',
    },
    ...reserveLess(death),
  ],
  'data-limit': (death) => [
    { action: 'Raise the limit of data, or lift it.', command: 'ulimit -d unlimited' },
    ...smallerHeap(death, death.limits.dataBytes),
  ],
  'mapping-limit': ({ limits }) => [
    {
      action: `Let a process have more mappings than ${formatCount(limits.mappings ?? 65_530)}, on the host. Then find who makes them, if they grow on.`,
      command: `sysctl -w vm.max_map_count=${moreMappings}`,
    },
    { action: 'See which mappings there are, in the next process while it runs.', command: 'offheap doctor PID --verbose' },
  ],
  'thread-limit': (death) => [
    { action: 'Bound the pool that makes the threads. Each has a stack, whatever it does.' },
    {
      action:
        'Or allow more: pids.max of the container (docker run --pids-limit, podPidsLimit of the kubelet), TasksMax= of systemd, ulimit -u, kernel.threads-max.',
    },
    ...(death.limits.containerThreads === undefined
      ? []
      : [{ action: 'See the container’s own limit.', command: 'cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max' }]),
  ],
  'commit-limit': (death) => [
    {
      action: 'Let the kernel promise more than there is, as it does by default, on the host.',
      command: 'sysctl -w vm.overcommit_memory=0',
    },
    { action: 'Or add swap, or raise vm.overcommit_ratio: both raise the limit.' },
    ...smallerHeap(death, death.limits.commitBytes),
  ],
  'host-memory': (death) => [
    ...smallerHeap(death, death.host.ramBytes),
    { action: 'Or give the machine more memory, or swap; or run less beside it.' },
  ],
  'container-limit': (death) => [
    { action: 'See whether the kernel has killed there as well.', command: 'offheap doctor --after-oom' },
    ...smallerHeap(death, death.limits.containerBytes),
  ],
};

/** What is reserved as addresses and need not be: the class space, and glibc's arenas of 64 MiB each. */
function reserveLess({ evidence }: Refused): Fix[] {
  const { flags = [], version } = evidence.jvm ?? {};
  const isSet = flags.some((flag) => flag.startsWith('-XX:CompressedClassSpaceSize=') && !flag.endsWith('=1073741824'));
  const classSpace =
    version === undefined || isSet
      ? []
      : [{ action: 'Reserve less for classes than the default of 1,024 MiB.', jvmFlags: [smallerClassSpace] }];
  // As a cure of what is free it has other words.
  const action = 'Let glibc make two arenas at most: it reserves 64 MiB of addresses for each.';
  return [...classSpace, ...prescribe({ ...cures.fewerArenas, action }, evidence)];
}

/** Only where the heap's maximum is most of what there is. */
const largeShare = 0.5;
const fittingShare = 0.5;

function smallerHeap({ evidence }: Refused, limitBytes: number | undefined): Fix[] {
  const { heap } = evidence.jvm ?? {};
  const reservedBytes = Math.max(heap?.reservedBytes ?? 0, maxHeapOf(evidence.jvm?.flags ?? [], evidence.command));
  if (limitBytes === undefined || reservedBytes < largeShare * limitBytes) return [];
  const megabytes = Math.floor((fittingShare * limitBytes) / bytesPerMiB);
  const action = `Start with a smaller heap than ${formatMiB(reservedBytes)} MiB: what is beside it needs room too. Half of ${formatMiB(limitBytes)} MiB is a start.`;
  return [{ action, jvmFlags: [`-Xmx${megabytes}m`] }];
}

const unitBytes: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** A JVM whose heap was refused has none to tell of. */
function maxHeapOf(flags: readonly string[], command: readonly string[]): number {
  for (const word of [...flags, ...command]) {
    const [, digits, unit = ''] = /^-(?:Xmx|XX:MaxHeapSize=)(\d{1,15})([kmgtKMGT]?)$/.exec(word) ?? [];
    if (digits !== undefined) return Number(digits) * (unitBytes[unit.toLowerCase()] ?? 1);
  }
  return 0;
}

/** What lets the next report say more. */
function tellMore({ evidence }: Refused): Fix[] {
  const { jvm } = evidence;
  if (!jvm || jvm.nmt) return [];
  return [
    {
      action:
        'Have the JVM count its own memory: then a report tells it by kind. That costs 2 to 5 % of time where much is allocated.',
      jvmFlags: [nmtFlag],
    },
  ];
}

export function fixesOfJavaMemory(code: DeathCode): Fix[] {
  const dump: Fix = {
    action: 'Have the JVM write its heap the next time, and see who holds the objects.',
    jvmFlags: ['-XX:+HeapDumpOnOutOfMemoryError'],
  };
  if (code === 'java-heap-full') return [dump, { action: 'If all of them are needed, give it a larger heap (-Xmx).' }];
  if (code === 'metaspace-full')
    return [
      {
        action: 'See which loaders hold how many classes, in the next process while it runs.',
        command: 'jcmd PID VM.classloader_stats',
      },
      { action: 'If all of them are needed, raise -XX:MaxMetaspaceSize.' },
    ];
  if (code === 'class-space-full')
    return [{ action: 'If all classes are needed, reserve more for them.', jvmFlags: ['-XX:CompressedClassSpaceSize=3g'] }];
  return [dump];
}

export function fixesOfCrash({ failure, evidence }: Refused): Fix[] {
  const library = /^[Cj] +\[([^+\]]+)\+/.exec(failure.frame ?? '')?.[1];
  const ofLibrary =
    library === undefined
      ? []
      : [{ action: `It happened in ${library}: update it, and report it to whoever makes it, with this file.` }];
  const ofJdk = { action: 'Update the JDK: crashes are mended in its updates.' };
  const libraries = evidence.libraries ?? [];
  const native =
    libraries.length === 0
      ? []
      : [{ action: `Native libraries can damage the JVM’s memory. It had ${libraries.slice(0, 3).join(', ')}.` }];
  return [...ofLibrary, ...(library === undefined ? [ofJdk] : []), ...native];
}
