// JVMs that are to give memory back: first told nothing, then told.
import assert from 'node:assert/strict';
import { waitFor } from '../wait.mjs';
import { podsToLookAt } from './orders.mjs';
import { exporterPod, exporterSpace, roll } from './rollout.mjs';

/** As the component has them, and for seconds in place of minutes. */
const common = [
  'export',
  '--host=0.0.0.0',
  '--port=9967',
  '--select=java',
  '--tend',
  '--above=64MB',
  '--for=5s',
  '--interval=2s',
  '--cpu=10',
];
const mib = 1024 ** 2;

export async function tendInADryRun(cluster) {
  const prometheus = await rollTend(cluster, [...common, '--dry-run']);
  const before = rssOf(prometheus);
  // Of the state `due` a scrape may see nothing: what would be trimmed rests at once, as after a trim.
  const query = 'sum(offheap_trim_predicted_bytes_total)';
  const predicted = await prometheus.until('what trims would give back', query, ([first]) => first?.value > 100 * mib);
  cluster.write(
    `promtool query instant '${query}'`,
    predicted.map(({ metric, value }) => `${JSON.stringify(metric)} ${value}`).join('\n'),
  );
  const line = await cluster.logged((await exporterPod(cluster)).metadata.name, 'would', {
    space: exporterSpace,
    container: 'exporter',
  });
  cluster.write('kubectl logs --namespace offheap daemonset/offheap-exporter', line);
  for (const [pod, bytes] of rssOf(prometheus))
    assert.ok(
      bytes > before.get(pod) - 10 * mib,
      `expected ${pod} to be left alone, found its RSS fallen from ${before.get(pod)} to ${bytes}`,
    );
}

export async function tendForReal(cluster) {
  // Before the exporter is there that tells them: the first is told a few seconds later.
  const before = rssOf(await scrapeAll(cluster));
  const prometheus = await rollTend(cluster, common);
  const { name } = (await exporterPod(cluster)).metadata;
  // JDK 17 has the command; JDK 8 has none, and is left alone without --load-agent.
  const able = podsToLookAt(cluster)
    .map(([pod]) => pod)
    .filter((pod) => pod !== 'orders-8');
  const lines = await waitFor(
    'a trim of each JVM',
    () => {
      const all = cluster
        .logOf(name, 'exporter', exporterSpace)
        .split('\n')
        .filter((line) => line.includes('gave back'));
      return all.length >= able.length && all;
    },
    180_000,
  );
  cluster.write('kubectl logs --namespace offheap daemonset/offheap-exporter', lines.join('\n'));
  await prometheus.until(
    'RSS after the trims',
    'offheap_container_info * on (pid) group_right () offheap_process_resident_memory_bytes',
    () => {
      const now = rssOf(prometheus);
      return able.every((pod) => now.get(pod) < before.get(pod) - 100 * mib);
    },
  );
  const after = rssOf(prometheus);
  cluster.write(
    'RSS before and after, MiB',
    [...before].map(([pod, bytes]) => `${pod} ${(bytes / mib).toFixed(0)} ${(after.get(pod) / mib).toFixed(0)}`).join('\n'),
  );
}

async function rollTend(cluster, args) {
  const patch = JSON.stringify([{ op: 'replace', path: '/spec/template/spec/containers/0/args', value: args }]);
  roll(cluster, { of: 'examples/tend', patches: [{ target: { kind: 'DaemonSet' }, patch }] });
  return scrapeAll(cluster);
}

async function scrapeAll(cluster) {
  const prometheus = await cluster.scrapeExporter(await exporterPod(cluster));
  const pods = podsToLookAt(cluster).length;
  await prometheus.until('all JVMs', 'offheap_container_info{namespace="shop"}', (all) => all.length >= pods);
  return prometheus;
}

/** Pod → RSS in bytes. */
function rssOf(prometheus) {
  const query = 'offheap_process_resident_memory_bytes * on (pid) group_left (pod) offheap_container_info{namespace="shop"}';
  return new Map(prometheus.query(query).map(({ metric, value }) => [metric.pod, value]));
}
