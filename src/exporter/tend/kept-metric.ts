import type { ProcessMetric } from '../process-metric.ts';

/** Of each process that is tended. */
export const keptMetrics: ProcessMetric[] = [
  {
    name: 'offheap_tend_kept_bytes',
    help: 'With --tend: what a trim would give back; of another allocator than glibc, at most. state: due, or why none is told. Little is below --above; waiting is not for long enough; long would take longer than --max-pause; refused cannot be told.',
    label: 'state',
    isOfScrape: true,
    values: ({ subject: { tended } }) => (tended ? [[tended.state, tended.keeping.keptBytes]] : []),
  },
];
