// libmeter.so in a pod without a change of its image: the example, with an image of the test.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { tags } from '../images.mjs';
import { writeOverlay } from '../overlay.mjs';
import { namespace } from '../pods.mjs';
import { exporterPod, roll } from './rollout.mjs';

const args = ['-Xmx64m', '-cp', '/app', 'Service', '1000', '1000'];
/** Of the Inflaters that it holds, without malloc's headers: the meter counts every other block of the JVM too. */
const leastLive = 1000 * 39_928;

export async function meteredOrders(cluster) {
  roll(cluster, { of: 'overlays/any-user-attach' });
  const folder = join(cluster.scratch, 'metered');
  const patch = JSON.stringify([{ op: 'add', path: '/spec/template/spec/containers/0/args', value: args }]);
  const { text } = writeOverlay({
    root: cluster.root,
    folder,
    of: 'examples/metered-orders',
    tag: tags[0],
    images: [{ name: 'orders', newName: 'localhost/orders', newTag: '17' }],
    patches: [{ target: { kind: 'Deployment' }, patch }],
  });
  cluster.write('cat kustomization.yaml', text);
  cluster.kubectl('apply', '--kustomize', folder);
  cluster.kubectl('rollout', 'status', '--namespace', namespace, 'deployment/orders', '--timeout=100s');
  const [pod] = cluster.get('pods', '--namespace', namespace, '--selector=app=orders,pod-template-hash').items;
  cluster.kubectl('logs', pod.metadata.name, '--container=offheap-meter');
  await cluster.logged(pod.metadata.name, 'ready: ');
  const prometheus = await cluster.scrapeExporter(await exporterPod(cluster));
  const query = 'offheap_meter_live_bytes * on (pid) group_left (namespace, pod, container) offheap_container_info';
  const [live] = await prometheus.until('live bytes behind the meter', query, (all) => all.length === 1);
  assert.equal(live.metric.pod, pod.metadata.name);
  assert.ok(live.value > leastLive && live.value < 2 * leastLive, `expected some 40 to 80 MB live, found ${live.value}`);
  cluster.write(`promtool query instant ${JSON.stringify(query)}`, `${JSON.stringify(live.metric)} ${live.value}`);
  cluster.kubectl('delete', '--kustomize', folder);
}
