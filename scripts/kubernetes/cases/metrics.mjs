// What Prometheus has of the pods when it scrapes the DaemonSet.
import assert from 'node:assert/strict';
import { namespace } from '../pods.mjs';
import { podsToLookAt } from './orders.mjs';
import { exporterPod } from './rollout.mjs';

/** Of the 171 MiB of what each has ended. */
const leastReclaimable = 100 * 1024 ** 2;

export async function metrics(cluster) {
  const prometheus = await cluster.scrapeExporter(await exporterPod(cluster));
  const wanted = podsToLookAt(cluster)
    .map(([name]) => name)
    .sort();
  const query =
    'sum by (namespace, pod, container) (offheap_malloc_reclaimable_bytes * on (pid) group_left (namespace, pod, container) offheap_container_info)';
  const isWhole = (all) => all.length >= wanted.length && all.every(({ value }) => value > leastReclaimable);
  const series = await prometheus.until('a look at each JVM', query, isWhole);
  cluster.write(
    `promtool query instant ${JSON.stringify(query)}`,
    series.map(({ metric, value }) => `${JSON.stringify(metric)} ${value}`).join('\n'),
  );
  assert.deepEqual(series.map(({ metric }) => metric.pod).sort(), wanted);
  for (const { metric } of series) assert.deepEqual(metric, { namespace, pod: metric.pod, container: 'app' });
  const limits = prometheus.query('offheap_cgroup_memory_limit_bytes');
  assert.deepEqual([...new Set(limits.map(({ value }) => value))], [400 * 1024 ** 2]);
  // Those of JDK 8 listen to their own user alone: the overlay has no SETUID.
  const asked = wanted.filter((name) => name !== 'orders-8').length;
  await prometheus.until('native RSS', 'offheap_process_native_resident_bytes', (all) => all.length >= asked);
  const rule = 'command:offheap_reclaimable_bytes:sum{command="Service"}';
  await prometheus.until('what a shipped rule records', rule, ([sum]) => sum?.value > wanted.length * leastReclaimable);
}
