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

/** How often something has happened, by memory.events or, on v1, memory.oom_control. */
export function eventsOf(text: string | undefined, name: string): number | undefined {
  return matched(text, new RegExp(`^${name} (\\d+)$`, 'm'));
}

function matched(text: string | undefined, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
