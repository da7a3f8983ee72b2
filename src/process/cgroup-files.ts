/** The files of a memory cgroup by version (kernel: admin-guide/cgroup-v1/memory.rst, admin-guide/cgroup-v2.rst). */
export const cgroupFiles = {
  1: {
    limit: 'memory.limit_in_bytes',
    usage: 'memory.usage_in_bytes',
    peak: 'memory.max_usage_in_bytes',
    events: 'memory.oom_control',
  },
  2: { limit: 'memory.max', usage: 'memory.current', peak: 'memory.peak', events: 'memory.events' },
} as const;

export type CgroupVersion = keyof typeof cgroupFiles;

/** The number that such a file has alone; undefined for `max`, and where there is no file. */
export function figureOf(text: string | undefined): number | undefined {
  return matched(text, /^(\d+)$/m);
}

/** From this value on, a v1 limit means "none": the kernel rounds LONG_MAX down to a page. */
export const unlimitedV1 = 2 ** 62;

/** A limit: `max`, or one of v1 as large as that, is none. */
export function boundOf(text: string | undefined): number | undefined {
  const bytes = figureOf(text);
  return bytes === undefined || bytes >= unlimitedV1 ? undefined : bytes;
}

/** How often the usage has reached the limit. `read` gives the text of one of the group's files. */
export function limitHitsOf(version: CgroupVersion, read: (file: string) => string | undefined): number | undefined {
  return version === 1 ? figureOf(read('memory.failcnt')) : eventsOf(read(cgroupFiles[2].events), 'max');
}

/** How often something has happened, by memory.events or, on v1, memory.oom_control. */
export function eventsOf(text: string | undefined, name: string): number | undefined {
  return matched(text, new RegExp(`^${name} (\\d+)$`, 'm'));
}

function matched(text: string | undefined, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
