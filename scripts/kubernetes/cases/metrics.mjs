// What Prometheus has of the pods when it scrapes the DaemonSet.
import assert from 'node:assert/strict';
import { namespace, orders } from '../pods.mjs';
import { podsToLookAt } from './orders.mjs';
import { exporterPod } from './rollout.mjs';

/** Held and ended: src of the payload. Of what was ended all but the end of each arena can be given back. */
const leastReclaimable = 100 * 1024 ** 2;

export async function metrics(cluster) {
  const prometheus = await cluster.scrapeExporter(await exporterPod(cluster));
  const wanted = podsToLookAt(cluster)
    .map(([name]) => name)
    .sort();
  const query =
    'sum by (namespace, pod, container) (offheap_malloc_reclaimable_bytes * on (pid) group_left (namespace, pod, container) offheap_container_info)';
  const series = await prometheus.until('a look at each JVM', query, (all) => all.length >= wanted.length);
  cluster.write(
    `promtool query instant ${JSON.stringify(query)}`,
    series.map(({ metric, value }) => `${JSON.stringify(metric)} ${value}`).join('\n'),
  );
  assert.deepEqual(series.map(({ metric }) => metric.pod).sort(), wanted);
  for (const { metric, value } of series) {
    assert.deepEqual(metric, { namespace, pod: metric.pod, container: 'app' });
    assert.ok(value > leastReclaimable, `expected over 100 MiB to give back in ${metric.pod}, found ${value}`);
  }
  const limits = prometheus.query('offheap_cgroup_memory_limit_bytes');
  assert.deepEqual([...new Set(limits.map(({ value }) => value))], [400 * 1024 ** 2]);
  // Beside the JVMs of JDK 8, which listen to their own user alone: the overlay has no SETUID.
  const asked = wanted.filter((name) => orders[name].uid === 0 || name !== 'orders-8').length;
  await prometheus.until('native RSS', 'offheap_process_native_resident_bytes', (all) => all.length >= asked);
  assert.deepEqual(prometheus.query('ALERTS{alertname="OffheapRuleFails"}'), []);
}
