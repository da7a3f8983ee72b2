import type { AllocatorEvidence, Evidence, Fix } from '../model/doctor.ts';

/** Once a minute: a trim of gigabytes takes tens of milliseconds, and nothing stands still but a thread that allocates. */
const trimIntervalMs = 60_000;
/** glibc's own default; named explicitly it no longer rises with every large free. */
const trimThresholdBytes = 131_072;
/** glibc has tunables since this version; before, only variables of their own. */
const firstGlibcWithTunables = 26;
const gcIntervalMs = 300_000;

export function trimNow({ pid, jvm }: Evidence): Fix {
  if (jvm?.canTrim) return { action: 'Give it back now, without a restart.', command: `jcmd ${pid} System.trim_native_heap` };
  return {
    action: 'Give it back now; gdb stops the process for that moment.',
    command: `gdb -p ${pid} -batch -ex "call (int)malloc_trim(0)"`,
  };
}

/** Empty where the JVM has no such flag, or has it already. */
export function trimRegularly({ jvm }: Evidence): Fix[] {
  if (!jvm || !hasTrimInterval(jvm.version) || jvm.flags.some((flag) => flag.includes('TrimNativeHeapInterval'))) return [];
  return [{ action: 'Let the JVM trim once a minute.', jvmFlags: [`-XX:TrimNativeHeapInterval=${trimIntervalMs}`] }];
}

/** TrimNativeHeapInterval: JDK 22 and later, 21.0.3, 17.0.15 (JDK-8293114 and its backports). */
export function hasTrimInterval(version: string): boolean {
  const [feature = 0, , update = 0] = version.split(/[^\d]+/).map(Number);
  if (feature >= 22) return true;
  return (feature === 21 && update >= 3) || (feature === 17 && update >= 15);
}

/** By itself it gives nothing back: it leaves fewer tops for a trim to miss. Empty where the process has it. */
export function fewerArenas({ allocator: { environment } }: Evidence): Fix[] {
  if (environment['MALLOC_ARENA_MAX'] !== undefined) return [];
  return [
    {
      action: 'Share two arenas among all threads: it gives nothing back by itself, but makes a trim reach nearly everything.',
      environment: { MALLOC_ARENA_MAX: '2' },
    },
  ];
}

/** A fixed threshold: the tops of all arenas are cut by the free that makes them larger than that. */
export function fixedTrimThreshold(evidence: Evidence): Fix[] {
  const { environment } = evidence.allocator;
  const tunables = environment['GLIBC_TUNABLES'];
  if (environment['MALLOC_TRIM_THRESHOLD_'] !== undefined || tunables?.includes('glibc.malloc.trim_threshold')) return [];
  const action =
    'Keep the trim threshold where it is at the start: the free of a large block no longer raises it, and arenas give back their tops by themselves.';
  const minor = Number(/^2\.(\d+)/.exec(evidence.malloc?.glibcVersion ?? '')?.[1] ?? firstGlibcWithTunables);
  if (minor < firstGlibcWithTunables) return [{ action, environment: { MALLOC_TRIM_THRESHOLD_: String(trimThresholdBytes) } }];
  const setting = `glibc.malloc.trim_threshold=${trimThresholdBytes}`;
  return [{ action, environment: { GLIBC_TUNABLES: tunables ? `${tunables}:${setting}` : setting } }];
}

/** What keeps small and large blocks apart, so that a page becomes free as a whole. */
export function otherAllocator(): Fix {
  return {
    action: 'Use an allocator that keeps blocks of one size together, and purges: jemalloc with a thread for it.',
    environment: { LD_PRELOAD: 'libjemalloc.so.2', ...jemallocSettings },
  };
}

const jemallocSettings = { MALLOC_CONF: 'background_thread:true,dirty_decay_ms:1000' };

/** Lets the allocator in force give back what is idle; empty where the setting is in force, or there is none. */
export function purge({ name, library, environment }: AllocatorEvidence): Fix[] {
  if (name === 'jemalloc' && !environment['MALLOC_CONF']?.includes('background_thread:true')) {
    const own = environment['MALLOC_CONF'];
    const MALLOC_CONF = own ? `${own},${jemallocSettings.MALLOC_CONF}` : jemallocSettings.MALLOC_CONF;
    return [
      { action: 'Let a thread of jemalloc purge: without it only a thread that allocates does.', environment: { MALLOC_CONF } },
    ];
  }
  if (name === 'tcmalloc' && environment['TCMALLOC_AGGRESSIVE_DECOMMIT'] === undefined)
    return [{ action: 'Give free spans back at once.', environment: { TCMALLOC_AGGRESSIVE_DECOMMIT: 't' } }];
  if (name === 'mimalloc') {
    const settings = { MIMALLOC_PURGE_DELAY: '0', MIMALLOC_DECOMMIT_DELAY: '0' };
    const isSet = environment['MIMALLOC_PURGE_DELAY'] !== undefined;
    if (mimallocMajor(library) >= 3) return isSet ? [] : [{ action: 'Purge free pages at once.', environment: settings }];
    // No setting makes mimalloc 2 take pages from a thread that is idle, as `offheap repro --allocator=mimalloc-purge0` shows.
    const action = 'Purge free pages at once; but only the thread that owns them does it, when it allocates again.';
    return [otherAllocator(), ...(isSet ? [] : [{ action, environment: settings }])];
  }
  return [];
}

/** By the library's file name, libmimalloc.so.3.0; 0 where it does not say. */
function mimallocMajor(library: string): number {
  return Number(/libmimalloc[\w-]*\.so\.(\d+)/.exec(library)?.[1] ?? 0);
}

/** For a process whose allocator tells nobody what is live. */
export function countLive({ allocator: { library } }: Evidence): Fix {
  return {
    action:
      'Start it with offheap’s meter ahead of the allocator, and ask the doctor again: then live bytes are known. In the shell that starts it:',
    command: `export LD_PRELOAD="$(offheap allocators --path=meter):${library}"`,
  };
}

export function collectNow({ pid }: Evidence): Fix {
  return { action: 'Collect now: the Cleaner of every unreachable state frees its native blocks.', command: `jcmd ${pid} GC.run` };
}

/** G1 only, JDK 12 and later; ZGC and Shenandoah collect by themselves when idle. */
export function collectRegularly({ jvm }: Evidence): Fix[] {
  const feature = Number.parseInt(jvm?.version ?? '', 10);
  if (!(feature >= 12) || !/g1/i.test(jvm?.collector ?? '')) return [];
  return [{ action: 'Let G1 collect when it has not for five minutes.', jvmFlags: [`-XX:G1PeriodicGCInterval=${gcIntervalMs}`] }];
}

export function endZlibStates(): Fix {
  return {
    action:
      'In the code: end every Inflater and Deflater (end(), or close the stream that owns it in try-with-resources); a stream that was given its own Inflater does not end it.',
  };
}

export function findLeak({ pid, jvm }: Evidence): Fix {
  if (!jvm)
    return { action: 'Find who allocates: heaptrack or bcc’s memleak on this process, or offheap’s meter for its threads.' };
  return {
    action: 'Find who allocates: async-profiler shows the Java stacks of blocks that are not freed.',
    command: `offheap doctor ${pid} --stacks=30s`,
  };
}
