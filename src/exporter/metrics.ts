import { containerMetrics } from './container-metrics.ts';
import { mallocMetrics } from './malloc-metrics.ts';
import { ownerMetrics } from './owner-metrics.ts';
import { atLook, type ProcessMetric, unlabelled } from './process-metric.ts';
import { keptMetrics } from './tend/kept-metric.ts';

/** Every process has these labels; empty where a process is in no container. */
export const processLabels = ['pid', 'command', 'container_id', 'pod_uid'] as const;

/** NMT has some 25 categories; a JVM of tomorrow is not to have any number of them. */
const maxCategories = 50;

const processMetrics: ProcessMetric[] = [
  {
    name: 'offheap_process_resident_memory_bytes',
    help: 'RSS, read at the scrape; the kernel counts it in batches, so it may lag by some pages per CPU.',
    isOfScrape: true,
    values: ({ rssBytes }) => unlabelled(rssBytes),
  },
  {
    name: 'offheap_process_looked_at_timestamp_seconds',
    help: 'When the process was last looked at. Metrics that say "at the last look" are of that moment, all of the same.',
    values: ({ subject: { look } }) => unlabelled(look && look.takenAtMs / 1000),
  },
  {
    name: 'offheap_process_region_resident_bytes',
    help: `RSS by what the memory is for. The regions sum to the RSS. ${atLook}`,
    label: 'region',
    values: ({ subject: { look } }) => (look?.regions ?? []).map(({ kind, rssBytes }) => [kind, rssBytes]),
  },
  {
    name: 'offheap_process_native_resident_bytes',
    help: `RSS without the Java heap; of a JVM that tells where its heap is. ${atLook}`,
    values: ({ subject: { look } }) => unlabelled(look?.nativeRssBytes),
  },
  {
    name: 'offheap_process_swap_bytes',
    help: `Swapped out. ${atLook}`,
    values: ({ subject: { look } }) => unlabelled(look?.swapBytes),
  },
  {
    name: 'offheap_process_huge_page_bytes',
    help: `Of the RSS, what is mapped as transparent huge pages of anonymous or shared memory. ${atLook}`,
    values: ({ subject: { look } }) => unlabelled(look?.hugeBytes),
  },
  {
    name: 'offheap_process_hugetlb_bytes',
    help: `Pages of hugetlbfs: memory that the kernel counts in no RSS and a memory limit leaves out. ${atLook}`,
    values: ({ subject: { look } }) => unlabelled(look?.hugetlbBytes),
  },
];

const meterMetrics: ProcessMetric[] = [
  {
    name: 'offheap_meter_live_bytes',
    help: 'Allocated and not freed, as a preloaded libmeter.so (usable bytes) or libmmapalloc.so (requested bytes) counts it; read at the scrape.',
    isOfScrape: true,
    values: ({ liveBytes }) => unlabelled(liveBytes),
  },
  {
    name: 'offheap_meter_thread_live_bytes',
    help: `The same by the thread that allocated it, less what the thread freed; threads by name with N for numbers, the largest and "other". ${atLook}`,
    label: 'thread',
    values: ({ subject: { look } }) => look?.threads ?? [],
  },
];

/** The names that Micrometer's NMT binders have established. */
const nmtMetrics: ProcessMetric[] = (['reserved', 'committed'] as const).map((figure) => ({
  name: `jvm_memory_nmt_${figure}_bytes`,
  help: `Native Memory Tracking by category, and "total": ${figure}. Of a JVM with -XX:NativeMemoryTracking, asked seldom.`,
  label: 'category',
  values: ({ subject: { look } }) => {
    if (!look?.nmt) return [];
    const key = `${figure}Bytes` as const;
    const categories = look.nmt.categories.slice(0, maxCategories);
    return [['total', look.nmt[key]], ...categories.map((category) => [nmtCategory(category.name), category[key]] as const)];
  },
}));

export const allProcessMetrics: readonly ProcessMetric[] = [
  ...processMetrics,
  ...mallocMetrics,
  ...ownerMetrics,
  ...keptMetrics,
  ...meterMetrics,
  ...nmtMetrics,
  ...containerMetrics,
];

/** `Java Heap` → `java.heap`. */
function nmtCategory(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, '.');
}
