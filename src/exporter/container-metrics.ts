import type { Container, Pressure } from '../model/container.ts';
import { atLook, type ProcessMetric, unlabelled } from './process-metric.ts';
import type { Reading } from './reading.ts';

const ofContainer = (figure: (container: Container) => number | undefined) => (reading: Reading) => {
  const container = reading.subject.look?.cgroup;
  return unlabelled(container && figure(container));
};

/** Of the memory cgroup whose limit a process reaches first: processes of one container have the same figures. */
export const containerMetrics: ProcessMetric[] = [
  {
    name: 'offheap_container_info',
    help: 'Always 1: how people call the container of the process, its pod and the namespace of that; absent where nobody tells.',
    label: ['container', 'pod', 'namespace'],
    isOfScrape: true,
    values: ({ subject: { names } }) => (names ? [[[names.name ?? '', names.pod ?? '', names.namespace ?? ''], 1]] : []),
  },
  {
    name: 'offheap_cgroup_memory_limit_bytes',
    help: `Limit of memory that the process reaches first, its cgroup's or one above; absent where there is none. ${atLook}`,
    values: ofContainer(({ limitBytes }) => limitBytes),
  },
  {
    name: 'offheap_cgroup_memory_usage_bytes',
    help: `What the cgroup with that limit, or the process's own, uses, page cache among it. ${atLook}`,
    values: ofContainer(({ usageBytes }) => usageBytes),
  },
  {
    name: 'offheap_container_memory_bytes',
    help: `The usage by part, as the kernel counts it; the parts sum to the usage. Of a cgroup with a limit. ${atLook}`,
    label: 'part',
    values: ({ subject: { look } }) => (look?.cgroup?.account?.parts ?? []).map(({ kind, bytes }) => [kind, bytes]),
  },
  {
    name: 'offheap_container_held_bytes',
    help: `What of the usage the kernel cannot drop: at the limit it kills. ${atLook}`,
    values: ofContainer(({ account }) => account?.unreclaimableBytes),
  },
  {
    name: 'offheap_container_working_set_bytes',
    help: `Kubernetes' working set: the usage less inactive page cache. ${atLook}`,
    values: ofContainer(({ account }) => account?.workingSetBytes),
  },
  {
    name: 'offheap_container_high_bytes',
    help: `memory.high: from here on the kernel slows the processes down; absent where there is none. ${atLook}`,
    values: ofContainer(({ highBytes }) => highBytes),
  },
  {
    name: 'offheap_container_swap_bytes',
    help: `What the cgroup has in swap; absent where the kernel does not account for swap. ${atLook}`,
    values: ofContainer(({ swap }) => swap?.usedBytes),
  },
  {
    name: 'offheap_container_swap_free_bytes',
    help: `What the cgroup may still swap out: of its limit and of the host's free swap the lesser. ${atLook}`,
    values: ofContainer(({ swap }) => swap?.freeBytes),
  },
  {
    name: 'offheap_container_limit_hits_total',
    help: `How often the usage has reached the limit since the cgroup was made: the kernel took memory back then, or killed. ${atLook}`,
    isCounter: true,
    values: ofContainer(({ limitHits }) => limitHits),
  },
  {
    name: 'offheap_container_oom_kills_total',
    help: `Processes of the process's own cgroup that the kernel has killed for want of memory. ${atLook}`,
    isCounter: true,
    values: ofContainer(({ oomKills }) => oomKills),
  },
  {
    name: 'offheap_container_memory_pressure_seconds_total',
    help: `How long at least one task (some), or all at once (full), have waited for memory since the cgroup was made; of cgroup v2. ${atLook}`,
    label: 'kind',
    isCounter: true,
    values: ({ subject: { look } }) => secondsOf(look?.cgroup?.pressure),
  },
];

/** By the kernel's words. Empty where it does not count. */
export function secondsOf(pressure: Pressure | undefined): (readonly ['some' | 'full', number])[] {
  if (!pressure) return [];
  return [
    ['some', pressure.some.totalMs / 1000],
    ['full', pressure.full.totalMs / 1000],
  ];
}
